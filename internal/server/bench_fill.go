package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/message"
)

type benchFillIn struct {
	Body struct {
		Messages int `json:"messages" minimum:"1000" maximum:"20000000"`
	}
}

type benchFillOut struct {
	Body benchStore
}

// benchStore tells load clients what was stored and what to ask for; see internal/bench.Store.
type benchStore struct {
	Messages      int                   `json:"messages"`
	Conversations int                   `json:"conversations"`
	Longest       int64                 `json:"longest"`
	LongestID     xinshu.ConversationID `json:"longest_id"`
	Token         string                `json:"token"`
	OneToken      string                `json:"one_token"`
	Chinese       []string              `json:"chinese"`
	English       []string              `json:"english"`
	Common        []string              `json:"common"`
	Single        []string              `json:"single"`
}

// fillDoor stores a history for load tests: a thousand conversations, one of them with a tenth of all messages, texts in two
// languages whose words are as unevenly frequent as in speech.
func (a *App) fillDoor(r *door.Registry) {
	door.JSON(r, door.Door{Name: "bench.fill", Method: "POST", Path: "/api/v1/bench/fill", Policy: door.Anonymous, Hidden: true,
		Summary: "Store a history for a load test"},
		func(ctx context.Context, _ xinshu.Actor, in *benchFillIn) (*benchFillOut, error) {
			out := &benchFillOut{}
			var err error
			out.Body, err = a.benchFill(context.WithoutCancel(ctx), in.Body.Messages)
			return out, err
		})
}

const (
	fillPeople        = 200
	fillConversations = 1000
	fillMine          = 200 // conversations of the person who searches
	fillCommon        = "status"
)

func (a *App) benchFill(ctx context.Context, messages int) (out benchStore, err error) {
	actor := xinshu.SystemActor("bench")
	people, err := a.benchPeople(ctx, 0, fillPeople)
	if err != nil {
		return out, err
	}
	me, one, authors := people[0], people[1], people[2:]
	rng := rand.New(rand.NewPCG(1, uint64(messages)))
	out = benchStore{Messages: messages, Conversations: fillConversations, Token: me.Token, OneToken: one.Token,
		Chinese: []string{"报销", "合同", "客户", "上线", "发票"}, English: []string{"contract", "deploy", "invoice", "supplier"},
		Common: []string{fillCommon}, Single: []string{"税", "厂", "款"}}
	stored := 0
	for c := range fillConversations {
		size := (messages - messages/10) / (fillConversations - 1)
		if c == 0 {
			size = messages / 10
		}
		members := []xinshu.PersonID{}
		for i := range 10 {
			members = append(members, authors[(c*7+i*13)%len(authors)].ID)
		}
		owner := members[0]
		if c < fillMine {
			members = append(members, me.ID)
		}
		if c == fillConversations-1 {
			members = append(members, one.ID)
		}
		name := fmt.Sprintf("fill-%d-%d", messages, c)
		id, err := a.conversation.Create(ctx, actor, conversation.Draft{ClientID: name, Kind: conversation.Group, Name: name, Owner: owner, Members: members[1:]})
		if err != nil {
			return out, fmt.Errorf("fill: %w", err)
		}
		if c == 0 {
			out.LongestID, out.Longest = id, int64(size)
		}
		for from := 0; from < size; from += message.MaxImported {
			batch := make([]message.Imported, min(message.MaxImported, size-from))
			for i := range batch {
				batch[i] = message.Imported{ClientID: fmt.Sprintf("%s-%d", name, from+i), Author: members[rng.IntN(10)],
					SentAt: xinshu.MillisOf(a.opt.Clock.Now()) - xinshu.Millis((messages-stored)*100), Text: benchText(rng, c != fillConversations-1)}
				stored++
			}
			if _, err := a.message.ImportBatch(ctx, actor, id, batch); err != nil {
				return out, fmt.Errorf("fill: %w", err)
			}
		}
	}
	if _, err := a.search.CatchUp(ctx); err != nil {
		return out, fmt.Errorf("fill: index: %w", err)
	}
	return out, nil
}

var (
	benchChinese = strings.Fields("今天 会议 客户 项目 报销 合同 发票 上线 测试 采购 供应商 产线 排期 需求 问题 方案 确认 收到 下午 明天 部门 预算 审批 交付 " +
		"质量 税务 工厂 付款 仓库 物流 设计 评审 进度 风险 数据 系统 接口 文档 培训 招聘 考勤 出差 住宿 价格 样品 模具 设备 维修 停机 安全")
	benchEnglish = strings.Fields("meeting customer project contract invoice deploy release supplier schedule budget approval delivery quality factory " +
		"payment warehouse design review progress risk data system interface document training travel price sample machine repair " +
		"incident backup network server account report plan question answer please today tomorrow morning afternoon update")
)

// benchText makes a text of about 200 bytes; the word of rank k comes about 1/k as often as the first.
func benchText(rng *rand.Rand, common bool) string {
	words, sep := benchChinese, ""
	if rng.IntN(3) == 0 {
		words, sep = benchEnglish, " "
	}
	var b strings.Builder
	for b.Len() < 180 {
		k := int(float64(len(words)) * rng.Float64() * rng.Float64() * rng.Float64())
		b.WriteString(words[(k*37+11)%len(words)])
		b.WriteString(sep)
		if sep == "" && rng.IntN(6) == 0 {
			b.WriteString("，")
		}
	}
	fmt.Fprintf(&b, " %d", rng.IntN(1_000_000)) // numbers of orders, tickets, amounts: rare words
	if common && rng.IntN(10) == 0 {
		b.WriteString(" " + fillCommon)
	}
	return b.String()
}

var (
	benchSurnames = strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 邓 韩 冯 曹 单 仇 曾 欧阳 司马")
	benchGiven    = strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建国 志强 晓明 雨欣 子涵 浩然 思远 佳怡 文博 嘉琪 天宇 梦瑶 国庆 海燕 立新 春梅 永红 少华")
)

// benchName names the n-th person of a load test: names repeat as in a large company.
func benchName(n int) string {
	return benchSurnames[(n*7+2)%len(benchSurnames)] + benchGiven[(n/3)%len(benchGiven)]
}
