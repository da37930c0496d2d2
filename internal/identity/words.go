package identity

import "strings"

// commonWords are words that passwords are most often made of: alone, doubled, or with digits and signs around them. They were
// written down for this program. Together with the rules of password.go they stand for far more than 3,000 passwords
// (ASVS 5.0, 6.2.4): each word alone takes up to six digits and any signs, and any two of them stand together.
var commonWords = strings.Fields(`
password passwort passwd pass passcode secret private letmein welcome login logon signin access enter open unlock default
changeme change temp temporary test testing tester demo example sample guest user username account admin administrator root
superuser sysadmin system server service support help helpdesk office company business staff team member manager director
master boss chief owner public internet network wireless router computer laptop desktop keyboard mouse monitor windows linux
ubuntu oracle mysql database backup security safety firewall cisco samsung huawei xiaomi lenovo apple iphone android google
baidu alibaba taobao tencent weixin wechat feishu dingtalk weibo zhihu douyin jingdong facebook twitter youtube amazon
microsoft github qwerty qwertz azerty asdf zxcv
iloveyou ilove loveyou love lover lovely loveme baby babe honey sweet sweetheart darling angel princess prince queen king
kitty kitten puppy doggy tiger dragon lion eagle panther wolf bear monkey chicken rabbit horse dolphin shark panda koala
butterfly bunny phoenix unicorn spider scorpion cobra turtle buster ginger pepper cookie chocolate cheese banana orange
cherry peanut pumpkin strawberry coffee whiskey vodka sunshine sunflower sunny flower rose lily jasmine daisy summer winter
spring autumn rainbow star stars moon heaven ocean island forest mountain thunder lightning storm diamond crystal silver
golden purple yellow green black white blue red pink orange shadow hunter ranger killer ninja samurai pirate warrior knight
soldier wizard magic merlin mystic gandalf matrix batman superman spiderman ironman starwars pokemon naruto pikachu snoopy
mickey disney barbie hello helloworld world freedom peace happy lucky forever always never whatever nothing something
trustno trust nopassword blahblah fuckyou fuck shit asshole bitch bastard butthead sexy sexyboy sexygirl hottie playboy
football baseball basketball soccer hockey tennis golf swimming running racing fishing hunting sports player gamer gaming
games arsenal chelsea liverpool barcelona juventus madrid manchester united yankees cowboys steelers redskins eagles
lakers dallas boston chicago london paris berlin tokyo beijing shanghai china america canada mexico australia
mercedes ferrari porsche corvette mustang camaro toyota honda yamaha harley chevy jeep truck driver marlboro guitar
music metal rock metallica nirvana slipknot eminem money dollar million rich cash bitcoin doctor nurse teacher student
school college friend friends family mother father mommy daddy sister brother children
january february march april june july august september october november december monday tuesday wednesday thursday friday
saturday sunday
michael michelle jennifer jessica ashley amanda nicole daniel andrew joshua matthew robert thomas william charlie george
jordan justin anthony richard samantha elizabeth victoria natasha alexander alexandra maverick maggie hannah melissa
patrick steven martin johnson taylor jackson harley austin hunter morgan david james john peter paul mark mary anna lisa
laura julia sarah linda susan karen nancy kevin brian jason eric frank henry jack harry
woaini woaiwo woaiwojia woaizhongguo aini ainiyiwannian woxihuanni wodemima mima mimamima nihao nihaoma zhongguo zhonghua
beijing shanghai guangzhou shenzhen hangzhou chengdu nanjing wuhan tianjin chongqing xian suzhou
baobao baobei laopo laogong qinaide xiaobao xiaoxiao xiaoyu xiaolong xiaoming haha hahaha hehe xixi heihei meimei gege jiejie
didi mama baba yeye nainai lala feifei lele tiantian pingping tingting fangfang lili yangyang
kaixin kuaile xingfu pingan jiankang facai gongxi fuguiji zhangsan lisi wangwu zhaoliu woshishui wobuzhidao buzhidao woshi
caonima wocao niubi shabi gongsi guanliyuan yuangong caiwu renshi jishu xiaoshou ceshi yonghu denglu mimacuowu diannao
shouji youxiang gongzuo xuexi laoshi xuesheng zuqiu lanqiu
zhang wang chen liu yang huang zhao zhou zhu lin guo gao luo zheng liang xie song tang deng han feng cao peng zeng xiao tian
dong pan yuan cai jiang wei jing ting ming hong ping gang qiang jun tao chao bin bo jie lei hao xiang hui juan yan fang min
xin rui jia yu li na xia ling peng fei long hua guang guo jian zhi zhong wen ying yun xue mei lan qing dan shan yong sheng
kai chun bing dong
qwe asd zxc qaz wsx edc abc abcd xyz aaa bbb ccc qqq www zzz aa qq xx love iloveu
`)

// commonNumbers are runs of digits that people choose for their sound or their shape.
var commonNumbers = strings.Fields(`
5201314 1314520 13145201314 520520 521521 7758521 7758258 1314 520 521 5211314 1314521 168168 888 666 999 518518 159357
357159 147258 258369 159753 753159 951753 110110 112233 123123 123321 321321 121212 131313 147852 741852 963852 852456
100200 101010 102030 112211 123654 147369 789456 456789 456123 123789 789789 696969 007 911 2112 6969
`)
