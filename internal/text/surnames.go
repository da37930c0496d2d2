package text

// surnames are simplified characters whose reading as a surname is not the first of the pinyin table, or is missing there.
var surnames = map[string]string{
	"薄": "bo", "秘": "bi", "卜": "bu", "种": "chong", "都": "du", "盖": "ge", "句": "gou", "阚": "kan", "隗": "wei",
	"乐": "yue", "缪": "miao", "乜": "nie", "佴": "nai", "能": "nai", "区": "ou", "繁": "po", "朴": "piao", "仇": "qiu",
	"覃": "qin", "单": "shan", "召": "shao", "折": "she", "洗": "xian", "解": "xie", "郇": "xun", "员": "yun",
	"祭": "zhai", "翟": "zhai", "查": "zha", "曾": "zeng", "重": "chong", "黑": "he", "适": "kuo", "不": "fou",
	"会": "gui", "谌": "shen",
}

// compoundSurnames are surnames of two characters of which one reads otherwise than usual.
var compoundSurnames = map[string]string{
	"单于": "chan yu", "万俟": "mo qi", "尉迟": "yu chi", "澹台": "tan tai", "乐正": "yue zheng", "仲长": "zhong chang", "吐谷": "tu yu",
}
