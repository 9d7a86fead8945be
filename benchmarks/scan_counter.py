"""A third labelled corpus for `jidi scan`: what people at a counter, on a hotline and in a back
office type, and what their systems write of it.

Chats, tickets, statements of databases, logs of services, exports, in all provinces, with names of
minorities and of foreigners, plates and bank cards. Written after the rules that the other two had
mended, and measured before any rule had seen it. Nobody in it exists.
"""

from __future__ import annotations

import random
import re
import uuid
from urllib.parse import quote

from scan_corpus import Sample

HEADER = "日期,业务员,客户姓名,客户电话,车牌,收款卡号,地址,金额,备注"

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
    "易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛"
    "管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏"
    "宁柯阮桂闵欧阳解强柴华车冉房边净阴闫佘练肖褚娄"
)
PAIRED = ["欧阳", "上官", "司徒", "令狐", "诸葛", "皇甫", "夏侯", "慕容"]
GIVEN = (
    "建华志强秀兰桂英丽娟国庆文静晓东玉梅海燕春花永刚立新美玲婷婷佳怡子涵梓轩浩宇欣妍诗涵一鸣宇航"
    "雨泽思琪可欣俊杰嘉豪雅琴凤霞德胜长江红军卫东爱民淑芬翠萍金凤银花彩云月娥素珍惠芳瑞雪冬梅秋菊"
    "家栋学文光明成龙振宇天佑鹏飞立伟世杰维民耀祖启航乐瑶安然若曦"
)
MINORITY = [
    "阿卜杜拉·买买提", "古丽米热·阿不都", "艾尼瓦尔·托合提", "洛桑旦增", "次仁卓嘎", "格桑平措",
    "巴雅尔图", "其木格", "苏日娜", "乌云塔娜", "吉克阿依", "沙马拉则",
]  # fmt: skip
FOREIGN = [
    "John Smith",
    "Maria Garcia",
    "Kim Minjun",
    "Nguyen Van An",
    "Ivan Petrov",
    "Li Xiaolong",
]
PROVINCES = """
北京市 北京市 朝阳区 京|天津市 天津市 南开区 津|河北省 保定市 莲池区 冀|山西省 大同市 平城区 晋
内蒙古自治区 包头市 昆都仑区 蒙|辽宁省 沈阳市 铁西区 辽|吉林省 长春市 南关区 吉|黑龙江省 哈尔滨市 \
道里区 黑
上海市 上海市 静安区 沪|江苏省 苏州市 姑苏区 苏|浙江省 宁波市 鄞州区 浙|安徽省 合肥市 蜀山区 皖
福建省 厦门市 思明区 闽|江西省 赣州市 章贡区 赣|山东省 济南市 历下区 鲁|河南省 洛阳市 涧西区 豫
湖北省 宜昌市 西陵区 鄂|湖南省 株洲市 天元区 湘|广东省 东莞市 南城街道 粤|广西壮族自治区 南宁市 青\
秀区 桂
海南省 海口市 龙华区 琼|重庆市 重庆市 渝中区 渝|四川省 乐山市 市中区 川|贵州省 遵义市 汇川区 贵
云南省 大理白族自治州 大理市 云|西藏自治区 拉萨市 城关区 藏|陕西省 宝鸡市 金台区 陕|甘肃省 天水市 \
秦州区 甘
青海省 西宁市 城东区 青|宁夏回族自治区 银川市 兴庆区 宁|新疆维吾尔自治区 喀什地区 疏勒县 新
香港特别行政区 香港 九龙 港|台湾省 台北市 大安区 台
"""
ROADS = ["建设路", "和平街", "胜利大道", "环城南路", "学府路", "滨河东路", "光明巷", "民族大街"]
ESTATES = [
    "世纪花园",
    "翡翠城",
    "锦绣江南",
    "中央公馆",
    "书香门第",
    "观澜国际",
    "西城名邸",
    "军区家属院",
]
SITES = ["城南分部", "高新营业部", "铁西网点", "东站转运中心", "开发区分拨", "大学城驿站"]
SHOPS = [
    "老陈家水果店",
    "李姐服饰",
    "小王电子旗舰店",
    "阿里巴巴代发仓",
    "江南布衣专柜",
    "马大姐食品",
]
GOODS = ["保温杯", "李子干", "钱包", "毛衣", "金属支架", "高压锅", "白云石膏", "马克杯", "方便面"]
STAFF = ["客服小李", "工号3021", "坐席A07", "admin", "wangwu_ops"]
DIGITS = "0123456789"

# {name} {mobile} {virtual} {room} {identity} {email} {plate} {card} are personal; all else is not.
CHAT = """
[{t}] 顾客: 打{mobile}联系{name}就行
[{t}] 买家：改成{name}收吧，电话{mobile}
[{t}] 买家：地址发错了，应该是{city}{road}{n}号{estate}{room}，{name}，{mobile}
[{t}] {staff}: 您好，请提供手机号和姓名  [{t}] 客户: {name} {mobile}
[{t}] 客户: 我叫{name}，昨天寄的那个件到哪了
[{t}] 客户: 你们那个快递员态度太差，我要投诉，我的号{mobile}
[{t}] 客户: 转账到{card}，户名{name}
[{t}] 客户: 车停在门口了，{plate}，麻烦放后备箱
[{t}] 客户: 我是{name}的妈妈，他电话{mobile}
[{t}] 买家: 发票抬头个人 {name}，发到{email}
[{t}] 客户: 帮我转给{name} {mobile} 谢谢
[{t}] 客户: {name}，男，{identity}，够了吗
[{t}] 买家: 麻烦联系{name}（{mobile}），本人不在家
[{t}] 客户: 你打我老公电话{mobile}，他叫{name}
[{t}] 买家：{mobile}，{name}，{city}{estate}{room}
[{t}] 客户: 微信付的，尾号是{card}这张卡
"""
CHAT_CLEAN = """
[{t}] 客户: 单号{waybill}怎么三天没动了
[{t}] {staff}: 您的件已到{site}，预计今天派送，感谢您的耐心等待
[{t}] 买家: {goods}有没有别的颜色，能不能便宜点
[{t}] {staff}: 亲，店铺{shop}周末不发货哦
[{t}] 客户: 打了好几次电话没人接，联系不上快递员
[{t}] {staff}: 请拨打400-{n3}-{n4}或95338转人工
[{t}] 客户: 运费{price}元太贵了，上次才{n}块
[{t}] 买家：订单{order}申请退款，原因：不想要了
[{t}] {staff}: 系统显示{count}件已出库，时长{ms}ms
[{t}] 客户: 车牌粤语怎么说，哈哈
[{t}] {staff}: 请登记车牌，凭车牌入园
"""
TICKET = """
工单{n8} | 类型:改址 | 客户:{name} | 电话:{mobile} | 新地址:{city}{road}{n}号{room}
【投诉】{name}（{mobile}）称包裹破损，诉求赔偿{price}元，处理人：{staff}
#{n6} 来电号码：{mobile}；诉求：件{waybill}未收到；来电人：{name}
理赔登记：申请人{name}，开户行工商银行，卡号{card}，金额{price}
理赔登记 收款人 {name} 账号 {card} 联系电话 {mobile}
实名补录：{name}，居民身份证 {identity}，寄件{goods}
客户{name}于{d}反映{site}未派送，已回电{mobile}，客户表示满意
自提登记：{name} 凭身份证{identity}领取，车号{plate}
拒收登记：收件人{name}拒收，原因包装破损，退回{city}
入园登记 车牌{plate} 司机电话略 事由：送货至{site}
请联系 {name} 先生，备用电话 {virtual}
回访记录：接听人{name}，满意度5分，回访号码{virtual}
转交：{name}代{name}领取，电话{mobile}
收件地址变更为{city}{road}{n}号{estate}{room}（{name}收）
"""
TICKET_CLEAN = """
工单{n8} | 类型:催件 | 客户:*** | 电话:138****{n4} | 件:{waybill}
【内部】{site}积压{count}票，请协调车辆，时效承诺{n}小时
#{n6} 系统告警：队列长度{big}，耗时{big}ms，阈值{n}
盘点：{goods}{count}件，货值{price}元，库位{shelf}
结算单{order}，应付{price}，实付{price}，批次{n8}
{d} {site} 到件{count} 发件{count} 留仓{n}
转单：原单号{waybill} 新单号{waybill} 操作{staff}
公告：端午期间{site}暂停揽收，恢复时间另行通知
质控抽检：方案{n}，合格率{n}%，样本{count}
"""
LOG = """
{iso} INFO  c.x.order.OrderFacade - place order uid={n8} receiver={name}, phone={mobile}
{iso} DEBUG c.x.d.UserDao - ==> Parameters: {name}(String), {mobile}(String), {n8}(Long)
{iso} WARN  [pool-{n}-thread-{n}] SmsGateway send to {mobile} failed code=-{n4} cost={n3}ms
{iso} ERROR c.x.id.RealNameClient - verify {name}/{identity} rejected trace={uuid}
{ip} - - [{nginx}] "POST /api/addr?name={q:name}&mobile={mobile} HTTP/1.1" 200 {n4} "-" "okhttp/4.9"
{ip} - - [{nginx}] "GET /u/reset?mail={email} HTTP/1.1" 302 0 "-" "Mozilla/5.0"
{iso} INFO  pay.Transfer - payee={name} cardNo={card} amount={price} order={order}
{iso} INFO  gate.Plate - in plate={plate} lane={n} conf=0.98
{iso} INFO  req body: {{"consignee":"{name}","tel":"{mobile}","carNo":"{plate}"}}
{iso} INFO  axb bind telA={mobile} telX={virtual} callId={uuid}
com.x.BizException: 手机号 {mobile} 未实名，姓名：{name}
{iso} INFO  mail to="{name} <{email}>" subject="发票"
{iso} INFO  User(id={n8}, realName={name}, idCard={identity}, bankCard={card})
"""
LOG_CLEAN = """
{iso} INFO  c.x.track.TrackFacade - query waybill={waybill} hit=true cost={n3}ms trace={uuid}
{iso} WARN  gc - pause {big}ns heap={big} used={big} max={big}
{iso} DEBUG o.a.k.Consumer - offset={big} lag={n8} partition={n}
{iso} ERROR java.lang.IllegalStateException: order {order} at c.x.Flow.run(Flow.java:{n4})
{ip} - - [{nginx}] "GET /static/app.{hex}.js HTTP/2.0" 200 {big} "-" "Mozilla/5.0 (X11)"
{ip} - - [{nginx}] "GET /track/{waybill}?sign={hex32} HTTP/1.1" 200 {n4} "-" "curl/8"
{iso} INFO  job.Reconcile - rows={big} bytes={big} elapsed={big}ms
{iso} INFO  idgen next={snow} worker={n} epoch=1288834974657
{iso} INFO  upload key=img/{d}/{uuid}.jpg size={big} etag={hex32}
{iso} INFO  pay notify trade_no={order} total_amount={price} nonce={hex32}
{iso} INFO  scan gun {shelf} fw=3.2.{n3} battery={n}%
"""
SQL = """
INSERT INTO `member` (`id`,`name`,`mobile`,`card_no`) VALUES ({n8},'{name}','{mobile}','{card}');
INSERT INTO t_vehicle (id, owner_name, plate_no) VALUES ({n6}, '{name}', '{plate}');
UPDATE addr SET receiver='{name}', phone='{mobile}', detail='{road}{n}号{room}' WHERE id={n8};
INSERT INTO kyc VALUES ({n8}, '{name}', '{identity}', '{d} 10:00:00', 1);
insert into contact(id,email,name) values({n6},'{email}','{name}'),({n6},'{email}','{name}');
"""
SQL_CLEAN = """
INSERT INTO `waybill` (`id`,`no`,`site`,`ts`) VALUES ({n8},'{waybill}','{site}',{big});
UPDATE stock SET qty={n}, amount={price} WHERE sku='{shelf}' AND batch='{n8}';
INSERT INTO goods (id, name, price) VALUES ({snow}, '{goods}', {price});
DELETE FROM task WHERE id IN ({snow}, {snow}, {big});
"""
EVENT = """
{{"id":"{uuid}","receiver":{{"name":"{name}","mobile":"{mobile}","address":"{city}{road}{n}号{room\
}"}}}}
{{"truck":{{"plateNo":"{plate}","gpsTime":{ms}}},"site":"{site}","batch":"{n8}"}}
{{"refund":{{"payee":"{name}","bankCardNo":"{card}","amount":{price}}},"orderId":"{order}"}}
{{"ownerName":"{name}","idNo":"{identity}","vehicle":"{plate}","t":{ms}}}
{{"to":{{"fullName":"{name}","email":"{email}","tel":"{virtual}"}},"w":{n}}}
{{"msg":"{name}的快递到了，放在{estate}{room}，电话{mobile}"}}
"""
EVENT_CLEAN = """
{{"id":"{uuid}","waybillNo":"{waybill}","orderNo":"{order}","ts":{ms},"fee":{price}}}
{{"metrics":{{"bytes":{big},"durationNs":{big},"count":{big}}},"host":"10.{n}.{n}.3"}}
{{"site":{{"name":"{site}","code":"{n6}"}},"shop":"{shop}","goods":[{{"name":"{goods}","sku":{snow\
}}}]}}
{{"snowflake":{snow},"trace":"{hex32}","size":{big},"amountFen":{big}}}
"""
STYLES = {
    "log": [(CHAT, CHAT_CLEAN), (TICKET, TICKET_CLEAN), (LOG, LOG_CLEAN), (SQL, SQL_CLEAN)],
    "ndjson": [(EVENT, EVENT_CLEAN)],
}
KINDS = {
    "name": "name", "mobile": "mobile", "virtual": "virtual-number", "room": "room",
    "identity": "identity-number", "email": "email", "plate": "plate", "card": "bank-card",
}  # fmt: skip


class Line:
    """Fills one template and keeps what of it is personal."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.labels: list[tuple[str, str]] = []
        provinces = [one for line in PROVINCES.split("\n") for one in line.split("|") if one]
        self.place = rng.choice(provinces).split()

    def digits(self, count: int) -> str:
        """So many digits, the first not 0."""
        return self.rng.choice(DIGITS[1:]) + "".join(self.rng.choices(DIGITS, k=count - 1))

    def name(self) -> str:
        """Most are Han names of two or three characters."""
        draw = self.rng.random()
        if draw < 0.04:
            return self.rng.choice(MINORITY)
        surname = self.rng.choice(PAIRED if draw < 0.08 else SURNAMES)
        return surname + "".join(self.rng.choices(GIVEN, k=self.rng.choice([1, 2, 2, 2])))

    def mobile(self) -> str:
        """Eleven digits, sometimes spaced."""
        number = self.rng.choice(["13", "15", "17", "18", "19"]) + self.digits(9)
        if self.rng.random() < 0.15:
            mark = self.rng.choice(" -")
            return mark.join((number[:3], number[3:7], number[7:]))
        return self.rng.choice(["", "", "", "+86", "+86 "]) + number

    def virtual(self) -> str:
        """A number with its extension."""
        main = self.rng.choice(["17" + self.digits(9), "95013" + self.digits(6)])
        return main + self.rng.choice(["-", "转", "#"]) + self.digits(4)

    def room(self) -> str:
        """The way from the gate to the door."""
        one, two, door = self.rng.randint(1, 30), self.rng.randint(1, 4), self.digits(1)
        door = f"{door}0{self.rng.randint(1, 9)}"
        return self.rng.choice(
            [
                f"{one}栋{two}单元{door}",
                f"{one}号楼{door}室",
                f"{one}幢{door}",
                f"{two}单元{door}室",
            ]
        )

    def identity(self) -> str:
        """With the right check character."""
        area = self.rng.choice(["130602", "350203", "510104", "620102", "450103", "230103"])
        year, month = self.rng.randint(1950, 2008), self.rng.randint(1, 12)
        born = f"{year}{month:02}{self.rng.randint(1, 28):02}"
        body = f"{area}{born}{self.rng.randint(1, 999):03}"
        total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
        return body + "10X98765432"[total % 11]

    def email(self) -> str:
        """A mailbox with a usual name."""
        box = self.rng.choice(["liu.y", "wx_77", "tom"]) + self.digits(3)
        return f"{box}@{self.rng.choice(['qq.com', '163.com', 'outlook.com'])}"

    def plate(self) -> str:
        """Of a car, of an electric car, of a trailer."""
        letters, head = "ABCDEFGHJKLMNPQRSTUVWXYZ", self.place[3]
        head = "沪" if head in "港台" else head
        tail = "".join(self.rng.choices(DIGITS, k=4)) + self.rng.choice(letters + DIGITS)
        electric = self.rng.choice("DF") + "".join(self.rng.choices(DIGITS, k=5))
        mark = self.rng.choice(["", "", "·", " "])
        return head + self.rng.choice(letters[:10]) + mark + self.rng.choice([tail, tail, electric])

    def card(self) -> str:
        """With the check digit, sometimes in groups of four."""
        size, head = self.rng.choice([(19, "622202"), (19, "621700"), (16, "622588"), (16, "4")])
        body = head + "".join(self.rng.choices(DIGITS, k=size - 1 - len(head)))
        total = sum(
            sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(body[::-1])
        )
        number = body + str(-total % 10)
        return " ".join(re.findall(".{1,4}", number)) if self.rng.random() < 0.3 else number

    def other(self, key: str) -> str:
        """What is not personal."""
        pick = self.rng.choice
        made = {
            "city": "".join(self.place[:3]), "road": pick(ROADS), "estate": pick(ESTATES),
            "site": pick(SITES), "shop": pick(SHOPS), "goods": pick(GOODS), "staff": pick(STAFF),
            "t": f"{self.rng.randint(0, 23):02}:{self.rng.randint(0, 59):02}", "d": "2026-11-07",
            "iso": f"2026-11-07T10:{self.rng.randint(10, 59)}:33.{self.digits(3)}+08:00",
            "nginx": "07/Nov/2026:10:11:12 +0800", "ip": f"10.{self.rng.randint(1, 99)}.3.8",
            "uuid": str(uuid.UUID(int=self.rng.getrandbits(128))), "price": f"{self.digits(2)}.5",
            "hex": f"{self.rng.getrandbits(32):08x}", "hex32": f"{self.rng.getrandbits(128):032x}",
            "ms": f"17{self.digits(11)}",
            "big": pick(["13", "15", "18", "4", "9"]) + self.digits(9),
            "snow": self.digits(pick([18, 19])), "count": self.digits(pick([2, 3])),
            "shelf": f"{pick('ABK')}{self.digits(1)}-{self.digits(2)}-{self.digits(3)}",
            "waybill": pick(["SF", "YT", "7", "JDX"]) + self.digits(13),
            "order": pick(["2026", "E", "4"]) + self.digits(15), "n": self.digits(pick([1, 2])),
        }  # fmt: skip
        return made[key] if key in made else self.digits(int(key[1:]))

    def fill(self, template: str) -> str:
        """The template with everything made."""

        def made(match: re.Match[str]) -> str:
            key = match[1].rpartition(":")[2]
            if key not in KINDS:
                return self.other(key)
            value = str(getattr(self, key)())
            value = quote(value) if ":" in match[1] else value
            self.labels.append((KINDS[key], value))
            return value

        text = re.sub(r"\{([a-z:]+\d*)\}", made, template)
        return text.replace("{{", "{").replace("}}", "}")


def _row(line: Line, *, personal: bool) -> str:
    middle = "{name},{mobile},{plate},{card},{city}{road}{n}号{room}" if personal else ",,,,{city}"
    return line.fill("{d},{staff}," + middle + ",{price},{goods}")


def corpus(count: int, seed: int) -> list[Sample]:
    """So many lines; the same for the same seed."""
    rng = random.Random(seed)
    samples = []
    for _ in range(count):
        line, form = Line(rng), rng.choices(["log", "ndjson", "csv"], [75, 15, 10])[0]
        personal = rng.random() < 0.55
        if form == "csv":
            text = _row(line, personal=personal)
        else:
            pair = rng.choice(STYLES[form])
            text = line.fill(rng.choice(pair[not personal].strip().split("\n")))
        neutral = [*line.place, *ROADS, *ESTATES, *STAFF]
        samples.append(Sample(text, form, line.labels, neutral))
    return samples


CSV_HEADER = HEADER
