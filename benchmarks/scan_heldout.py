"""A second labelled corpus for `jidi scan`, written without sight of the scanner: its names,
layouts and traps are nobody's fixtures.

About half of the lines hold no personal data of a user, only values that look like it. Everything
is made up from one seed.
A label is the text as it stands in the line; in a JSON line, as it stands after JSON is decoded; in
an access line, percent-encoded.
Not labelled, but neutral: contacts of couriers, stations and shops, landlines, extensions apart
from their number, the street before a room,
and a surname with a title ("李女士").
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from urllib.parse import quote

from scan_corpus import Sample

CSV_HEADER = (
    "订单号,运单号,店铺,收货人,联系电话,省,市,区,详细地址,商品,条码,重量,实付,付款时间,备注"
)
HEADER = CSV_HEADER

SURNAMES = [
    *"赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
]
SURNAMES += [
    *"鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵汪祁毛狄米贝明臧计伏成戴冉佟仝逯虞覃麦庞翟"
]
SURNAMES += ["欧阳", "上官", "司马", "诸葛", "尉迟", "皇甫"]
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国玉兰红梅文斌宇浩轩子涵梓欣怡"
    "诗琪俊凯雪晨嘉豪思远雨桐一诺鑫淼睿博雅婷春燕海峰"
)
WHOLE_NAMES = [
    "阿依努尔·吐尔逊",
    "买买提·艾力",
    "扎西顿珠",
    "古丽娜扎尔",
    "努尔兰·哈里木",
    "斯琴高娃",
]
PLACES = """
浙江省 杭州市 余杭区 330110
江苏省 南通市 崇川区 320602
广东省 佛山市 顺德区 440606
四川省 绵阳市 涪城区 510703
河北省 石家庄市 长安区 130102
上海市 上海市 浦东新区 310115
北京市 北京市 海淀区 110108
湖北省 武汉市 洪山区 420111
福建省 泉州市 丰泽区 350503
陕西省 西安市 雁塔区 610113
辽宁省 大连市 沙河口区 210204
广西壮族自治区 柳州市 鱼峰区 450203
"""
# One of the words of an entry is taken; «n4» is four digits, «h8» eight hexadecimal ones, other
# names in «» are other entries or makers.
ENTRIES = """
prefix: 130 131 132 133 135 136 137 138 139 147 150 151 152 155 157 158 159 165 166 170 171 173 17\
5 177 178 180 182 185 186 187 188 189 191 193 198 199
number: «prefix»«n8» / plain: «number» / cmobile: «number» / cname: «name» / vtake: «number»_«n4» \
/ vmain: «number» 95013«n6»
mobile: «number» «number» «number» «number» «number» «prefix»|«n4»|«n4» «prefix»-«n4»-«n4»
vnum: «number»-«n4» «number»-«n4» «number»转«n4» «number»|转|«n4» 95013«n6»-«n4» 95013«n6»转«n4»
mmob: 138****«n4» 17«n1»****«n4» 15«n1»******«n2» 199******«n2» *******«n4» 18«n1»xxxx«n4»
dt: 2026-«month»-«day»|1«n1»:2«n1»:4«n1» 2026-«month»-«day»|0«n1»:3«n1»:1«n1» / lng: 120.«n6» 113.\
«n6» / lat: 30.«n6» 22.«n6»
road: 文三路 中山北路 人民东路 高新二路 石桥街 解放大道 白云大道南 江陵路 金桥路 车站西街 方庄路 \
秦岭路
estate: 阳光花园 金色家园 绿城百合公寓 万科城市之光 东方红小区 幸福里 御景湾 保利香槟国际 水岸新城\
二期 康宁苑 师范学院家属院 龙湖春江郦城
shop: 张小泉官方旗舰店 王老吉食品专营店 李宁官方网店 周黑鸭旗舰店 马应龙大药房 陈克明面业旗舰店 江\
小白酒类专卖 安踏童装店 金龙鱼京东自营 方太厨电旗舰店 \
石头电器专卖店 常润茶旗舰店 鲁花官方店 白象食品旗舰店 高露洁海外店 王守义十三香旗舰店
company: 杭州张氏丝绸有限公司 义乌市何记小商品商行 广州李锦记食品有限公司 苏州金鸡湖电子科技有限公\
司 郑州史丹利农业公司 汤臣倍健股份有限公司
site: 马驹桥转运中心 石家庄转运中心 王府井营业部 张江网点 李沧分部 周浦集散点 白云中转场 江门分拨\
中心 高碑店服务点 黄岛营业点 安亭航空部 郑州航空港中心 \
于洪公司 温江区柳城部 武侯祠分拣点
goods: 李宁跑步鞋42码 张君雅小妹妹捏碎面 王朝干红750ml 白玉菇500g 方太油烟机滤网 马丁靴女37 雷蛇鼠\
标 金枕榴莲5斤 M8*3-2-501螺栓 5号电池20节
station: 菜鸟驿站(金色家园北门店) 妈妈驿站阳光花园店 丰巢柜【东方红小区西门】 兔喜生活水岸新城店 \
邮政便民服务点 韵达超市师范学院店
carrier: 圆通速递 中通快递 申通快递 韵达快递 顺丰速运 极兔速递 京东物流 中国邮政
svc: 95311 95554 95543 95338 11183 400-820-8388 4008111111 95546转1
wb: SF«n13» YT«n13» JT«n13» JDVA«n11» DPK«n12» E«az»«n9»CN 78«n12» 77«n13» 4«n14» 9«n12» «n10» «n1\
2» «n20»
room: «block»栋«unit»单元«door»室 «block»号楼«door» «block»-«unit»-«door» A座«door» B座«door» «blo\
ck»幢«unit»单元«door» 三单元«door» 一单元«door» \
«block»号楼«unit»单元«door»室 «block»#«unit»单元«door» «block»栋«door»房 C栋«door»
email: «n9»@qq.com zhang.wei«n2»@163.com liu_yang«n4»@126.com xiaoyu-«n3»@gmail.com «number»@139.c\
om lin«n3»@foxmail.com «n10»@sina.cn
smail: service@yto.example.com fapiao@shop.example.cn kefu01@shop.example.cn
az: A B V / mlike: «number»«n1» «number»«n2» «number»«n4» / order: «n19» 2026«month»«day»«n10» XP«\
n16» «n12» / s10: LV«n9»CN
pick: «n1»-«unit»-«n4» 1«n1»-«unit»-«n4» A-«n1»-«n4» / sort: 021-A12-«n3» 571-33-«n2» 300-Q01-0«n2\
» / rack: A-0«n1»-02-5«n2» K«n1»-«unit»-«n1»
ver: «n1».1«n1».«n3» 3.2.501 2.1.«n3» / ip: 10.«n2».1«n2».138 / isbn: 978-7-«n3»-«n5»-«n1» / ean: \
690«n10» / sku: B-1«n3»-XL C-«n4»-M
uscc: 91330110MA2K«n5»A 91440606MA1«n6»X / uuid: «h8»-«h4»-4«h3»-a«h3»-«h12» / b64: «h20»Zk9Q / ms\
: 17«n11» / sec: 17«n8» / wt: «n1».«n3» 1«n1».«n3»
price: «n2».«n2» «n3».«n1»0 / month: 01 02 03 04 05 06 07 08 09 10 11 12 / day: 03 05 08 11 14 17 \
19 22 24 26 28 / date: 2026«month»«day»
mname: «surname»* «surname»** «surname»*明 / mid: 3****************«n1» 4****************X / unit:\
 1 2 3 4 / block: «n1» 1«n1» 2«n1»
door: «n1»0«unit» 1«n1»0«unit» / latin: Zhang|Xiaoming LIU|WEI Huang|Jianguo CHEN|Yuting
landline: 0571-8«n7» 0755-2«n7» 028-6«n7» 0311-8«n7» / stel: 0571-8«n7» 0218«n7» 0531-6«n7» / ext:\
 «n4» / title: «surname»先生 «surname»女士
siteaddr: «road»«n2»号物流园A区«n1»号库 «road»1«n2»号产业园«n1»号库
"""
WORDS = dict(
    entry.split(": ") for line in ENTRIES.strip().splitlines() for entry in line.split(" / ")
)
KINDS = {
    "name": "name",
    "latin": "name",
    "mobile": "mobile",
    "plain": "mobile",
    "room": "room",
    "ident": "identity-number",
    "email": "email",
}
KINDS |= dict.fromkeys(["vnum", "vtake", "vmain"], "virtual-number")
STAFF = {
    "cname",
    "cmobile",
    "landline",
    "stel",
    "ext",
    "title",
    "siteaddr",
    "smail",
    "estate",
    "road",
}
HOLE = "«([a-z0-9]+)»"
WIDE = {ord("0") + digit: ord("０") + digit for digit in range(10)}
REMARKS = [
    "放门口",
    "易碎轻放",
    "周末送",
    "先开箱验货",
    "不要电话 放丰巢",
    "尽快发货",
    "",
    "",
    "送货前联系",
    "缺货勿发 改1805款",
]

# How senders and recipients are called: name, mobile, landline, address; then order, waybill, shop,
# time and weight in the same style.
STYLES = """
receiverName receiverMobile receiverPhone receiverAddress orderNo mailNo shopName createTime weight
recManName recManMobile recManTel recManPrintAddr orderId kuaidinum shopName createTime weight
sendManName sendManMobile sendManTel sendManPrintAddr orderId kuaidinum shopName createTime weight
consigneeName consigneeMobile consigneeTel consigneeAddress orderNo mailNo shopName createTime wei\
ght
recipientName recipientMobile recipientPhone recipientAddress logisticsNo mailNo storeName gmtCrea\
te weight
userName telNumber backupTel detailInfo orderNo waybillNo shopName createTime weight
toName toMobile toTel toAddr orderNo billCode merchantName createTime weight
buyerName buyerMobile buyerTelephone buyerAddress orderSn expressNo sellerShop payTime totalWeight
ReceiverName ReceiverMobile ReceiverTel ReceiverAddress OrderCode LogisticCode ShopName CreateTime\
 Weight
ConsigneeName ConsigneeCellphone ConsigneeTel DeliveryAddress OrderCode LogisticCode ShopName Crea\
teTime Weight
receiver_name receiver_mobile receiver_phone receiver_address tid out_sid shop_name created weight
post_receiver post_tel post_tel2 post_addr_detail order_id tracking_no shop_name create_time weight
user_name tel_number land_line detail_info order_id waybill_id store_name create_time weight
dst_name dst_phone dst_home_phone dst_detail_address out_trade_no pno shop_name created_at weight
d_contact d_mobile d_tel d_address orderid mailno j_company sendstarttime cargo_total_weight
j_contact j_mobile j_tel j_address orderid mailno j_company sendstarttime cargo_total_weight
consignee mobile tel address order_sn shipping_sn store_name add_time goods_weight
contact_name mobile_phone tele_phone address biz_order_id mail_no shop_name created weight
sjrxm sjrdh sjrgddh sjrdz ddbh yjhm dpmc cjsj zl
jjrxm jjrdh jjrgddh jjrdz ddbh yjhm dpmc cjsj zl
shrxm shrsj shrdh shrdz ddh ydh dpmc xdsj zl
收货人姓名 收货人手机 收货人电话 收货地址 订单编号 运单号 店铺名称 下单时间 重量
"""

JSON_PERSONAL = """
{"logistics_interface":{"order":"«order»","receiver":{"contact":{"name":"«name»","mobile":"«phone»\
","tel":"«landline»"},\
"address":{"city":"«city»","detail":"«addr»"}},"ts":«ms»}}
{"orderId":"«order»","recipient":{"name":"«name»","phone":{"number":"«mobile»"}},"packages":[{"way\
bill":"«wb»","weight":«wt»},{"waybill":"«wb»","weight":«wt»}]}
{"waybill_id":"«wb»","receiver":{"name":"«mname»","phone":{"virtual_number":{"main":"«vmain»","ext\
ension":"«ext»"},"expire_time":«sec»}}}
{"OrderCode":"«order»","ShipperCode":"YTO","Receiver":{"Name":"«name»","Mobile":"«phone»","ExpArea\
Name":"江干区","Address":"«addr»"},\
"Sender":{"Company":"«company»","Name":"«shop»","Tel":"«stel»"}}
{"language":"zh-CN","orderId":"«order»","contactInfoList":[{"contactType":1,"company":"«company»",\
"contact":"发货组","tel":"«svc»"},\
{"contactType":2,"contact":"«name»","mobile":"«mobile»","address":"«city»«addr»"}]}
{"partnerID":"EXP«n4»","requestID":"«uuid»","timestamp":"«ms»","msgData":§{"cargoDetails":[{"name"\
:"«goods»"}],"contact":"«name»","mobile":"«mobile»"}§}
{"event":"order_created","data":§{"tid":"«order»","receiver_name":"«name»[«ext»]","receiver_mobile\
":"«vnum»","receiver_address":"«addr»[«ext»]"}§}
{"errcode":0,"errmsg":"ok","masked_real_phone":"«mmob»","virtual_phone":"«vnum»","waybill_id":"«wb\
»"}
{"order":{"order_id":«n19»,"delivery_info":{"address_info":{"user_name":"«name»","province_name":"\
福建省","detail_info":"«addr»",\
"tel_number_ext_info":{"real_tel_number":"«mmob»","virtual_tel_number":"«vnum»","virtual_tel_expir\
e_time":«sec»}}}}}
{"order_id":«n17»,"recipient_phone":"«vtake»","recipient_name":"«title»","recipient_address":"«est\
ate» («room»)","app_poi_code":"«n4»"}
{"customsOrderNo":"«order»","payerName":"«name»","payerIdType":"1","payerIdNumber":"«ident»","tota\
lTax":«price»,"ebpCode":"3301«n4»K7"}
{"guid":"«uuid»","buyer_reg_no":"u«n10»","buyer_name":"«name»","buyer_id_type":"1","buyer_id_numbe\
r":"«ident»","consignee":"«name»"}
{"realName":{"xm":"«name»","zjhm":"«ident»","zjlx":"111","sjhm":"«mobile»"},"yjhm":"«wb»"}
{"tid":"«order»","buyer_email":"«email»","buyer_message":"发票开个人，寄到«addr»，«name»收","payme\
nt":"«price»","seller_memo":"已催«site»"}
{"invoice":{"orderNo":"«order»","takerEmail":"«email»","takerTel":"«mobile»","buyerName":"«company\
»","taxNo":"«uscc»"}}
{"ticketId":"«n10»","content":"顾客«name»来电，«mobile»，要求改派到«addr»","operator":"客服07","st\
atus":2,"createdAt":«ms»}
{"nu":"«wb»","com":"yuantong","data":[{"ftime":"«dt»","context":"【«site»】已签收，签收人：«name»\
，派件员：«cname»（«cmobile»）"}]}
{"from":{"contact":"«company»","phone":"«svc»"},"to":[{"contact":"«name»","phone":"«phone»","house\
_number":"«room»","lng":«lng»,"lat":«lat»}]}
{"shipment":{"s10":"«s10»","consignee":{"full_name":"«latin»","email":"«email»","phone":"+86«plain\
»"},"items":[{"name":"«goods»","hs":"«n10»"}]}}
{"remark":"客人电话打不通就打 «mobile»","mail_no":"«wb»","weight":"«wt»","route":"«sort»"}
{"traceId":"«h32»","bizType":"RETURN_PICKUP","returner":{"nickName":"t_«n4»","realName":"«name»","\
mobileNo":"«mobile»"},"pickupAddr":{"town":"«road»","room":"«room»"}}
"""
JSON_CLEAN = """
{"nu":"«wb»","com":"zhongtong","state":"0","data":[{"ftime":"«dt»","context":"快件离开【«site»】，\
已发往【«site»】","areaCode":"CN330100000000"}]}
{"LogisticCode":"«wb»","ShipperCode":"YD","State":"2","Traces":[{"AcceptTime":"«dt»","AcceptStatio\
n":"【«cityname»】 快递员 «cname»(«cmobile») 正在派件"}]}
{"orderNo":"«order»","receiver":{"name":"«mname»","mobile":"«mmob»","address":"«city»****"},"oaid"\
:"«b64»"}
{"encrypt_post_tel":"$$«b64»$«h32»$1$$","encrypt_post_receiver":"##«b64»==##","mask_post_tel":"«mm\
ob»","order_id":"«n19»"}
{"site":{"code":"«n6»","name":"«site»","tel":"«stel»","address":"«siteaddr»"},"carrier":{"name":"«\
carrier»","hotline":"«svc»"}}
{"items":[{"name":"«goods»","sku":"«sku»","barcode":"«ean»","price":«price»,"num":2}],"shop":{"nam\
e":"«shop»","id":«n10»}}
{"waybillNo":"«mlike»","bagNo":"«mlike»","weight":«wt»,"length":30,"width":20,"height":15,"opTime"\
:«ms»}
{"trace_id":"«h32»","span":"«h16»","sign":"«h64»","timestamp":«ms»,"nonce":"«n10»","appKey":"«n8»"}
{"order_sn":"2«n5»-«n15»","tracking_number":"«wb»","confirm_time":"«dt»","pay_amount":«price»,"log\
istics_id":«n4»}
{"waybillCode":"«wb»","printData":§{"routing":"«sort»","bigPen":"杭-余-3","template":"https://cdn.\
example.com/t/«n5»/«n3»","shop":"«shop»"}§}
{"pickupCode":"«pick»","stationName":"«station»","stationId":"«n8»","mailNo":"«wb»","inTime":"«dt»\
","shelf":"«rack»"}
{"driver_app":"«ver»","lng":«lng»,"lat":«lat»,"speed":42.5,"gpsTime":«ms»,"plate_route":"«sort»","\
deviceIp":"«ip»"}
{"msgType":"TRACK","logisticProviderID":"STO","clientId":"«uuid»","remark":"签收人凭取货码签收","t\
xLogisticID":"«n20»"}
{"bookName":"明史讲义","isbn":"«isbn»","ean":"«ean»","batch":"«n12»","location":"«rack»","supplier\
":"«company»"}
{"sender":{"contact":{"name":"«shop»","tel":"«svc»"},"company":"«company»","creditCode":"«uscc»"},\
"product":"标快","declared":«price»}
{"code":200,"msg":"成功","data":{"mailNo":"«wb»","shortAddress":"«sort»","packageCenterName":"«sit\
e»","qrcode":"MM=«b64»"}}
{"xm":"«mname»","sjh":"«mmob»","zjhm":"«mid»","yjhm":"«wb»","cjsj":"«dt»"}
{"description":"已投放至«station»，取件码«pick»，有问题请拨«svc»","status":"STA_INBOUND","gmtModif\
ied":«ms»}
{"whCode":"WH«n4»","binCode":"«rack»","skuName":"«goods»","lot":"«n14»","asn":"«order»","operatorI\
d":«n10»}
{"virtual_number":null,"phone":{"number":"*******«n4»"},"name":"**","waybill_id":"«wb»","expire_ti\
me":«sec»}
"""
LOG_PERSONAL = """
«dt» INFO  [sms-pool-3] c.e.sms.SmsSender - send phone=«mobile», content=【«carrier»】您的包裹«wb»\
已到«station»，取件码«pick», ret=0
【«carrier»】«name»您好，您的快件«wb»因地址不详（«addr»）未能派送，请联系«svc»
客服记录：客户«name»（«mobile»）反映运单«wb»三天未更新，已催«site»
客户«name»女士来电，要求改地址：«city»«addr»，新电话 «mobile»
«dt» WARN addr-parse - input=«name» «mobile» «city»«addr» score=0.41
«dt» WARN addr-parse - input=«city»«addr» «name» «plain» cost=12ms
【«cityname»】您的快件已签收，签收人：«name»，如有疑问请联系快递员 «cname»（«cmobile»），投诉«svc»
问题件登记 运单«wb» 收方：«name» «mobile» 原因：电话无人接听，家人要求放«room»门口
«dt» DEBUG o.m.OrderMapper.insert - ==> Parameters: «order»(String), «name»(String), «plain»(Strin\
g), «addr»(String), «wt»(BigDecimal)
«dt» ERROR c.e.order.Validator - java.lang.IllegalArgumentException: receiver phone invalid: «vnum\
», order=«order»
1«n9».«n6» [0 «ip»:52144] "SETEX" "sms:verify:«plain»" "300" "«n6»"
«dt» INFO privacy-call bind ok: realNo=«plain» axe=«vnum» expire=«sec»
«dt» INFO  mail.InvoiceJob - invoice «order».pdf sent to «email» (attempt 1)
实名登记：姓名 «name» 身份证号 «ident» 手机号 «mobile» 运单 «wb»
[工单«n8»] 用户«name»清关失败，证件号«ident»校验不通过，补传链接已发 «email»
买家留言：麻烦寄到«addr»，电话换成 «mobile»，谢谢老板
«dt» INFO  mq.Sender - body=§{"contact":"«name»","mobile":"«mobile»","addr":"«addr»"}§ tag=ORDER_«\
n4»
level=warn msg="retry push" order=«order» err="timeout" receiver="«name»/«mobile»" cost=3012ms
您的外卖订单已由骑手«cname»接单，顾客号码 «vnum»，送至«addr»
«dt» [kafka-consumer-2] recv topic=wms.out key=«order» value={"consignee":{"name":"«name»","mobile\
":"«mobile»","addr":"«city»«addr»"},"bin":"«rack»"}
拦截件 «wb»：寄件人«name»要求退回，联系方式+86 «plain»，退回«city»«addr»
【«carrier»】尊敬的«title»，您预约的取件地址为«addr»，快递员«cname»«cmobile»将上门
通话记录 主叫:«plain» 被叫:«svc» 时长:35s 录音:/rec/«date»/«h16».wav
"""
LOG_CLEAN = """
【«carrier»】您的包裹«wb»已到«station»，请凭取件码«pick»领取，咨询«svc»
【«cityname»】 快递员 «cname»(«cmobile») 正在派件，请保持电话畅通
【«site»】已发出 下一站 【«site»】 封车码«n12»
快件已由«station»代收，取件码«pick»，站点电话«stel»
«ip» - - [05/Mar/2026:10:22:31 +0800] "GET /track?mailNo=«wb»&cp=ZTO&ts=«ms»&sign=«h32» HTTP/1.1" \
200 «n4» "-" "okhttp/«ver»"
«ip» - - [05/Mar/2026:10:22:33 +0800] "GET /static/img/logo@2x.png?v=«ver» HTTP/1.1" 304 0 "-" "Mo\
zilla/5.0 (Linux; Android 14)"
«dt» INFO  [http-nio-8080-exec-5] c.e.track.TrackService - query nu=«mlike» com=ems hit=true cost=\
18ms traceId=«h16»
«dt» ERROR c.e.label.PrintService - render failed waybill=«wb» tpl=«n5» sort=«sort» java.lang.Null\
PointerException at Label.java:1203
«dt» DEBUG o.m.WaybillMapper.update - ==> Parameters: «wb»(String), «n18»(String), «ms»(Long), «si\
te»(String), «lng»(Double)
已签收，签收人：本人，派件网点【«site»】，服务热线«svc»
收件人 «mname» «mmob» «cityname»**** 已完成脱敏推送，批次«n12»
«dt» WARN  mask-check - sample ok: name=«mname» phone=«mmob» id=«mid» order=«order»
«dt» INFO scan gun 3-2-501 online fw=V«ver» battery=87% mac=3c:5a:b4:1f:0«n1»:e«n1»
INSERT INTO t_scan_record (bill_code, site_name, scan_type, weight, scan_time) VALUES ('«mlike»', \
'«site»', '到件', «wt», '«dt»');
{'bill_code': '«n12»', 'site': '«site»', 'goods': '«goods»', 'amount': «price», 'bin': '«rack»'}
<Response service="RouteService"><Head>OK</Head><Body><Route accept_address="«cityname»" remark="\
快件到达 «site»" opcode="31" mailno="«wb»"/></Body></Response>
<trace><mailNo>«mlike»</mailNo><facilityName>«site»</facilityName><contactPhone>«svc»</contactPhon\
e><version>«ver»</version></trace>
«dt» INFO pay notify out_trade_no=«n18» transaction_id=42000«n20» total_fee=«n5» sign=«h64»
盘点差异：库位«rack» 商品«goods» 条码«ean» 账面12 实盘11 店铺«shop»
异常件：«wb»，包装破损，已拍照 https://img.example.com/«date»/«uuid».jpg，责任方«site»
如需发票请联系 «smail»，«shop»客服热线«svc»，工作时间9:00-21:00
POST /api/v2/waybill/cancel body=mailNo=«wb»&reason=客户取消&operator=sys_«n4»&time=«ms» -> 200 {"\
success":true,"id":"«uuid»"}
《明史讲义》 ISBN «isbn» 已入«rack»，供应商«company»，联系«svc»
"""


class Line:
    """One line in the making: fills templates and keeps what of it is personal."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.pick = rng.choice
        self.place = rng.choice(PLACES.strip().splitlines()).split()
        self.labels: list[tuple[str, str]] = []
        self.neutral: list[str] = []
        self.makers: dict[str, Callable[[], str]] = {
            "surname": lambda: self.pick(SURNAMES),
            "name": self.name,
            "ident": self.identity,
            "city": lambda: "".join(self.place[:3]),
            "cityname": lambda: self.place[1],
        }

    def digits(self, count: int, alphabet: str = "0123456789") -> str:
        """So many digits, the first not 0; eleven of them are no mobile number, eighteen no
        resident's.
        """
        first = self.pick(alphabet[2:10] if count in {11, 18} else alphabet[1:10])
        return first + "".join(self.rng.choices(alphabet, k=count - 1))

    def name(self) -> str:
        """A full name of two to four characters, rarely a longer one."""
        if self.rng.random() < 0.03:
            return self.pick(WHOLE_NAMES)
        return self.pick(SURNAMES) + "".join(self.rng.choices(GIVEN, k=self.pick([1, 2, 2])))

    def identity(self) -> str:
        """A resident's number with its check character."""
        born = f"{self.rng.randint(1955, 2006)}{self.make('month')}{self.make('day')}"
        body = self.pick(PLACES.split()[3::4]) + born + f"{self.rng.randint(1, 999):03}"
        total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
        last = "10X98765432"[total % 11]
        return body + self.pick([last, last.lower()])

    def make(self, key: str) -> str:
        """A value for a placeholder."""
        if key in WORDS:
            return re.sub(
                HOLE, lambda found: self.make(found[1]), self.pick(WORDS[key].split())
            ).replace("|", " ")
        if key[1:].isdigit():
            return self.digits(int(key[1:]), "0123456789abcdef" if key[0] == "h" else "0123456789")
        return self.makers[key]()

    def value(self, key: str) -> str:
        """What stands for a placeholder; remembered when it is a person's."""
        if key == "phone":
            return self.value(self.pick(["mobile", "mobile", "mobile", "vnum"]))
        if key == "addr":
            text = (
                self.pick(["", f"{self.make('road')}{self.rng.randint(1, 800)}号"])
                + self.make("estate")
                + self.value("room")
            )
            self.neutral.append(text)
            return text
        text = self.make(key)
        if key in {"mobile", "room"} and self.rng.random() < 0.04:
            text = text.translate(WIDE)
        if key in KINDS:
            self.labels.append((KINDS[key], text))
        if key in STAFF:
            self.neutral.append(text)
        prefixed = key == "mobile" and self.rng.random() < 0.08
        return self.pick(["+86", "+86 ", "+86-", "0086"]) + text if prefixed else text

    def fill(self, template: str) -> str:
        """The template with all its placeholders replaced, and JSON between § as a JSON string."""
        text = re.sub(HOLE, lambda found: self.value(found[1]), template)
        return re.sub("§(.*?)§", lambda found: json.dumps(found[1], ensure_ascii=False), text)

    def fields(self, personal: bool) -> dict[str, str]:
        """One flat order in one of the naming styles, clear or masked."""
        *keys, order, waybill, shop, time, weight = self.pick(STYLES.strip().splitlines()).split()
        record = {order: "«order»", waybill: self.pick(["«wb»", "«mlike»"]), shop: "«shop»"}
        record |= dict(
            zip(
                keys,
                ["«name»", "«phone»", "«landline»", "«city»«addr»"]
                if personal
                else ["«mname»", "«mmob»", "", "«city»****"],
                strict=True,
            )
        )
        if self.rng.random() < 0.6:
            del record[keys[2]]
        record |= {time: self.pick(["«dt»", "«ms»"]), weight: "«wt»"}
        return {key: self.fill(text) for key, text in record.items()}


def _flat(line: Line, personal: bool) -> str:
    """A flat order as logs show it."""
    record, how = (
        line.fields(personal),
        line.pick(
            ["query", "access", "object", "sql", "dict", "xml", "attributes", "json", "notes"]
        ),
    )
    when, items = line.fill("«dt»"), record.items()
    if how == "access":
        line.neutral += [quote(text) for text in line.neutral]
        line.labels = [(kind, quote(text)) for kind, text in line.labels]
        query = "&".join(f"{quote(key)}={quote(text)}" for key, text in items)
        return (
            line.fill("«ip» - - [05/Mar/2026:10:22:31 +0800] ")
            + f'"GET /api/order/create?{query} HTTP/1.1" 200 318 "-" "Java/17.0.9"'
        )
    lines = {
        "query": f"{when} INFO gateway - POST /open/order body: "
        + "&".join(f"{key}={text}" for key, text in items),
        "object": f"{when} INFO  [exec-7] c.e.o.OrderService - create OrderDTO("
        + ", ".join(f"{key}={text}" for key, text in items)
        + ")",
        "sql": " ".join(
            ("INSERT INTO `t_order`", f"({', '.join(record)}) VALUES {tuple(record.values())};")
        ),
        "dict": f"{when} DEBUG push payload {record!r}",
        "xml": "<RequestOrder>"
        + "".join(f"<{key}>{text}</{key}>" for key, text in items)
        + "</RequestOrder>",
        "attributes": "<Order " + " ".join(f'{key}="{text}"' for key, text in items) + "/>",
        "json": (
            f"{when} INFO [{line.make('h8')}] "
            f"request={json.dumps(record, ensure_ascii=False)} cost=35ms"
        ),
        "notes": f"[{when}] " + "；".join(f"{key}：{text}" for key, text in items),
    }
    return lines[how]


def _csv(line: Line, personal: bool) -> str:
    """One line under CSV_HEADER."""
    who = "«name»,«phone»" if personal else line.pick(["«mname»,«mmob»", "«company»,«svc»", ","])
    remarks = (
        [*REMARKS, "打不通拨«mobile»", "«name»代收"]
        if personal
        else [*REMARKS, "已交«site»", "补发«wb»"]
    )
    where = ",".join(line.place[:3]) + (",«addr»" if personal else ",****")
    waybill, remark = line.pick(["«wb»", "«mlike»"]), line.pick(remarks)
    return line.fill(
        f"«order»,{waybill},«shop»,{who},{where},«goods»,«ean»,«wt»,«price»,«dt»,{remark}"
    )


def _json(line: Line, personal: bool) -> str:
    """One JSON object on one line."""
    if line.rng.random() < 0.35:
        value = line.fields(personal)
    else:
        value = json.loads(
            line.fill(line.pick((JSON_PERSONAL if personal else JSON_CLEAN).strip().splitlines()))
        )
    return json.dumps(
        value,
        ensure_ascii=line.rng.random() < 0.08,
        separators=line.pick([(",", ":"), (", ", ": ")]),
    )


def _log(line: Line, personal: bool) -> str:
    """One line of a log, a message, a note or a statement."""
    if line.rng.random() < 0.35:
        return _flat(line, personal)
    return line.fill(line.pick((LOG_PERSONAL if personal else LOG_CLEAN).strip().splitlines()))


def corpus(count: int, seed: int) -> list[Sample]:
    """So many lines; the same for the same seed."""
    rng = random.Random(seed)
    samples = []
    for _ in range(count):
        line, form = Line(rng), rng.choices(["ndjson", "log", "csv"], [45, 42, 13])[0]
        text = {"ndjson": _json, "log": _log, "csv": _csv}[form](line, rng.random() < 0.5)
        samples.append(Sample(text, form, line.labels, line.neutral))
    return samples
