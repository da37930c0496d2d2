package identity_test

import (
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/identity"
)

// guessedFirst are passwords of at least eight characters that lists of common ones have, or that people here choose.
var guessedFirst = strings.Fields(`
12345678 123456789 1234567890 87654321 987654321 11111111 00000000 88888888 66666666 12341234 123123123 123321123 12121212
147258369 159357159 1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 zaq12wsx 1qazxsw2 !qaz2wsx qwertyui qwertyuiop asdfghjkl zxcvbnm1
qazwsxedc qweasdzxc qwer1234 1234qwer asdf1234 abcd1234 abc12345 abc123456 a1234567 a12345678 aa123456 qq123456 asd123456 zxc123456
password password1 password123 Password1 P@ssw0rd P@ssword1 passw0rd! PASSWORD passwordpassword iloveyou iloveyou1 sunshine
sunshine1 princess princess1 football football1 baseball baseball1 superman superman1 batman123 starwars trustno1 whatever
computer internet michelle jennifer jessica1 charlie1 victoria samantha corvette mercedes maverick steelers redskins yankees1
dragon123 monkey123 shadow123 master123 letmein1 welcome1 welcome123 Welcome2026! admin123 admin@123 Admin2026 administrator
root1234 test1234 testtest changeme changeme1 temp1234 guest123 user1234 summer2026 Winter2025! spring2024 october2025 monday123
woaini520 woaini1314 woaini1314520 5201314520 13145201314 7758521a woaiwojia wodemima mima1234 nihao123 beijing2008 shanghai1
zhangsan123 lisi12345 wangwei123 liuyang123 zhangwei1 chenchen xiaoming1 baobao520 kaixin123 laopo520 caonima1 shabi250
19900101 20260131 01011990 31.12.1999 2026-01-31 1990年1月1日 13800138000 +8613912345678
ｐａｓｓｗｏｒｄ１ ABABABAB abcabcabc aaaaaaab1 feishu123 dingtalk1 weixin123 xinshu2026 Xinshu@123
`)

var notGuessed = strings.Fields(`
copper-lantern-41-orbit correct-horse-battery-staple tr0ub4dor&3x 雨过天青云破处这般颜色 春眠不觉晓处处闻啼鸟 k7#mPq2!vX 4815162342mx zebra-cactus-9 mQ9vR2tLx7
my-dog-loves-cold-pizza 88241937 pfannkuchen-mit-ahorn love-sun-moon-star-tea horse%Bicycle%Rain
`)

func TestCommonPasswordsAreRefused(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.invited("t.account", "诸葛亮")
		token := b.link(id, identity.LinkActivation)
		redeem := func(p string) xinshu.Code {
			_, err := b.RedeemLink(b.t.Context(), xinshu.Actor{}, token, p, identity.Device{})
			if err == nil {
				token = b.link(id, identity.LinkReset)
			}
			return xinshu.CodeOf(err)
		}
		for _, p := range guessedFirst {
			if code := redeem(p); code != xinshu.WeakPassword {
				b.t.Errorf("%s: %q", p, code)
			}
		}
		name := "甲乙丙丁机械公司"
		_, err := b.settings.Update(b.t.Context(), system, settingsName(name))
		b.must(err)
		for _, p := range []string{"t.account1", "T.Account2026!", "zhugeliang", "ZhugeLiang88", "诸葛亮诸葛亮2026", "诸葛亮666!!!", name, name + "123", "zhugeliang@xinshu1"} {
			if code := redeem(p); code != xinshu.WeakPassword {
				b.t.Errorf("%s: %q", p, code)
			}
		}
		for _, p := range []string{"", "1234567", "七个字的密码吗", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", strings.Repeat("x", 257), strings.Repeat("密", 257)} {
			if code := redeem(p); code != xinshu.Invalid {
				b.t.Errorf("%.20q: %q", p, code)
			}
		}
		for _, p := range append(notGuessed, strings.Repeat("纸灯-", 63)+"和尾巴", "Ünïcödé-schlüssel", "пароль-не-простой") {
			if code := redeem(p); code != "" {
				b.t.Errorf("%s was refused: %q", p, code)
			}
		}
	})
}
