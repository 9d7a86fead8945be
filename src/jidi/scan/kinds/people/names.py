"""Whether a few Han characters are a person's name: by surname, and not by what companies, places
and everyday words look like.
"""

from __future__ import annotations

import re
from typing import Final

from jidi.scan.kinds.people.words import EVERYDAY, GIVEN_CHARACTERS, PLACES, UNLIKELY

_SINGLE: Final = frozenset(
    "丛芦练净迟晋楚禹漆鄢檀冶敖呙仵鹿栗粟覃"
    "植闭粟昝赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏"
    "潘葛奚"
    "范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元"
    "卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强"
    "贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭"
    "洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓"
    "蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓"
    "蔺屠蒙池乔阴能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿"
    "阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧沃利蔚越夔隆师巩聂晁"
    "勾敖融冷訾辛阚那简饶空曾沙乜养鞠须丰巢关蒯相查荆红游竺权盖益桓公岳帅缑亢况有琴商牟佘佴伯赏"
    "南墨哈谯笪年爱阳佟肖覃闫付代涂邸盘初仝冼麦逯候苟揭禤亓尧佀萨隋矫淡续仉"
)
_COMPOUND_LIST: Final = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政
濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 南门
西门
"""
_COMPOUND: Final = tuple(_COMPOUND_LIST.split())
_HEAD_LIST: Final = """
扎西 卓玛 次仁 旦增 丹增 洛桑 索朗 达瓦 尼玛 巴桑 格桑 拉姆 德吉 白玛 央金 仁青 嘎玛 古丽
古力 阿依 买买 艾买 麦麦 努尔 热合 吐尔 阿不 阿卜 艾合 帕提 祖丽 迪丽 斯琴 其其 巴特 乌兰
娜仁 萨仁 呼和 苏日 敖登 图雅 那日 哈斯 阿古 吉克 马木 艾尼 沙马 巴雅 其木 乌云 古再 布阿
帕尔 玉素 依马 伊力 哈力 库尔 吾买 肉孜 沙吾 买合 凯赛 阿里木 加央 贡布 平措 多吉 罗布 桑杰
才让 卓嘎 阿布 海热 木合 赛买 萨拉 敖日 宝音 布仁 达来 朝鲁 那仁 特木 阿拉 呼斯 金达 曲比
马海 阿苏 沙玛 俄木 吉木 阿木 阿加
"""
_HEADS: Final = tuple(_HEAD_LIST.split())
"""How Tibetan, Uyghur, Mongolian and Yi names often begin, which have no surname."""
_ORGANISATION: Final = re.compile(
    r"公司|集团|商店|超市|驿站|中心|工厂|学校|医院|银行|酒店|营业|网点|分部|快递|物流|转运|分拨"
    r"|服务|速运|速递|快运|货运|邮政|供应链|科技|贸易|商贸|实业|食品|服饰|百货|数码|旗舰|专卖"
    r"|专营|官方|自营|店$|部$|厂$|站$|社$|局$|院$|馆$|园$|市$|县$|区$|镇$|乡$"
)
_WORD_LIST: Final = """
本人 家人 家属 同事 朋友 邻居 门卫 保安 前台 物业 他人 代收 代签 单号 单位 时间 时效 高速 高峰 方式
方法 方便 成功 成都 安全 安排 常州 常熟 广州 广东 广西 江苏 江西 江门 温州 杭州 杭海 白天 白云 路上
路由 石家 于是 明天 明细 全部 全国 平台 平均 计划 应收 应付 项目 管理 通知 通过 通用 东莞 南京 南宁
南昌 宁波 宁夏 连云 国际 国内 文件 文具 双方 张江 王府井 李村 金华 金额 金融 段码 段落 和平 富阳
万达
万科 毕业 包裹 包装 车辆 程序 程度 经理 经办 经过 解决 解释 席位 向前 相关 查询 查收 查看 商品 商家
商户 年货 年度 月结 有效 有限 关闭 关联 水果 花费 云仓 简称 寄件 收件 男士 女士 先生 客户
"""
_WORDS: Final = frozenset(_WORD_LIST.split())
_OFFICE: Final = re.compile(
    r"组$|队$|处$|科$|室$|仓$|库$|台$|商$|行$|铺$|坊$|员$|人$|方$|客服|售后|发货|退货|收货|仓库"
    r"|电话|手机|号码|地址|联系|姓名|用户|客户|顾客|买家|卖家|先生|女士|小姐|未知|匿名|测试|系统"
    r"|默认|没有|不详|保密|门口|家里|楼下|门卫|保安|前台|物业"
)
"""What fields of names hold that names nobody."""
_NO_NAME_END: Final = re.compile(
    r"[省州村路街道巷号楼座层件单费款率性者员人量机器票品类型版有庄岭岗塘洲浦港桥坡堡]$"
)
_VERBS: Final = frozenset("问说看去做买用有在会能可来到拿找换点")
"""Second characters of what is said of people rather than of their names."""
_MEASURE_END: Final = frozenset("值度额期权卡款感力")
"""Endings that make another word of an everyday one."""
_HAN: Final = "\u3400-\u9fff"
_TOOLS: Final = "的了已未将被把要请不没给您你我他她是向从也都再又很这哪吗呢吧啊号件单先女电手"
"""Characters that are hardly ever in a given name, yet often follow a name."""
GIVEN: Final = f"(?![{_TOOLS}])[{_HAN}]"
FULL: Final = (
    rf"(?:[{_HAN}]{{2,8}}[·•・](?:{GIVEN}|不){{2,8}}|(?:{'|'.join(_HEADS)})(?:{GIVEN}){{1,4}}"
    rf"|(?:{'|'.join(_COMPOUND)})(?:{GIVEN}){{1,2}}"
    rf"|[{''.join(sorted(_SINGLE))}](?:{GIVEN}){{1,2}})"
)
"""A full name in running text, as a part of a regular expression."""
_LATIN: Final = re.compile(r"[A-Z][a-zA-Z'’-]+(?: [A-Z][a-zA-Z'’.-]*){1,3}")
_AFTER: Final = re.compile(r"\s*(?:\[\d{1,6}\]|先生|女士|小姐)$")
"""What is appended to a name in a field: the extension of a virtual number, a title."""


_DOTTED: Final = re.compile(f"[{_HAN}]{{1,10}}[·•・][{_HAN}·•・]{{1,14}}")
_CALLS: Final = ("改成", "换成", "我叫", "我是", "他叫", "她叫", "联系", "转给", "找", "叫", "请")
_TWO_TO_SIX: Final = re.compile(f"[{_HAN}]{{2,6}}")
_COMMON: Final = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊陆郝孔崔康毛邱秦江史顾侯邵孟龙段雷钱汤尹黎易常武"
    "乔贺赖龚庞樊兰殷施陶洪翟安颜倪严温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢岳梅庄祁舒耿詹关苗凌费纪靳"
    "辛丛迟晋芦练盛童欧项曲游阳裴席卫屈鲍覃霍翁甘景薄单柏宁柯阮桂闵解柴华车冉房闫肖付冀尚戚涂肖"
)
"""Surnames that nine people of ten have."""


def is_person(text: str) -> bool:
    """Two to four Han characters that begin with a surname (more with a dot, or as in other
    languages of China) and are no word or organisation.
    """
    if _DOTTED.fullmatch(text):
        return not text.startswith(_CALLS)
    if not _TWO_TO_SIX.fullmatch(text) or text in _WORDS or _ORGANISATION.search(text):
        return False
    return text.startswith(_HEADS) or (
        len(text) <= 4 and (text.startswith(_COMPOUND) or text[0] in _SINGLE)
    )


def is_surely_person(text: str) -> bool:
    """The same where only its place in a sentence speaks for it: no everyday word, no ending of a
    place or thing, four characters only with two surnames.
    """
    if not is_person(text) or _is_word_or_office(text):
        return False
    everyday = text[:2] in EVERYDAY
    if len(text) <= 3:
        return not (len(text) == 3 and everyday and _ends_like_a_word(text))
    if "·" in text or text.startswith((*_COMPOUND, *_HEADS)):
        return True
    return text[1] in _SINGLE and not everyday


def _is_word_or_office(text: str) -> bool:
    if text in EVERYDAY or _NO_NAME_END.search(text) or _OFFICE.search(text):
        return True
    return len(text) == 2 and text[1] in _VERBS


def _ends_like_a_word(text: str) -> bool:
    return text[1:] in EVERYDAY or text[2] in _MEASURE_END


def is_hardly_a_word(text: str) -> bool:
    """Surely a person, and without characters that words have and names do not."""
    return (
        is_surely_person(text)
        and text not in PLACES
        and ("·" in text or text.startswith(_HEADS) or UNLIKELY.isdisjoint(text[1:]))
    )


def is_likely_person(text: str) -> bool:
    """The same where nothing but the text itself speaks for it: the given name is made of what
    given names are made of.
    """
    if not is_hardly_a_word(text):
        return False
    if "·" in text:
        return True
    if text.startswith(_HEADS):
        return len(text) > 2
    surname = 2 if len(text) == 4 or (text.startswith(_COMPOUND) and len(text) > 2) else 1
    return GIVEN_CHARACTERS.issuperset(text[surname:])


def is_name_by_itself(text: str) -> bool:
    """The same of a text that stands alone between marks: of two characters, the surname is one
    of those that are met every day.
    """
    return is_likely_person(text) and (len(text) > 2 or text[0] in _COMMON)


def named_in_field(text: str) -> str:
    """The name in a field that holds a person's name by its own name, without what is appended;
    there a surname is not asked for, and Latin names count too.
    """
    plain = _AFTER.sub("", text.strip())
    if is_person(plain):
        return plain
    if plain in _WORDS or _ORGANISATION.search(plain) or _OFFICE.search(plain):
        return ""
    return (
        plain
        if re.fullmatch(f"[{_HAN}]{{2,4}}", plain) is not None
        or _LATIN.fullmatch(plain) is not None
        else ""
    )
