package org_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/org"
)

const benchPeople = 50_000

// company fills an organisation with 1,000 departments and 50,000 people.
func company(tb testing.TB, engine db.Engine) *bundle {
	tb.Helper()
	b := newBundle(tb, dbtest.Open(tb, engine, org.Migrations()))
	surnames := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢单")
	given := []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国文辉力志永健世广义兴良海山仁波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子")
	parts := []string{"采购", "销售", "研发", "财务", "人事", "法务", "运营", "市场", "质量", "物流"}
	var tops, teams []xinshu.DepartmentID
	for _, p := range parts {
		tops = append(tops, b.department(p+"中心", 0))
	}
	b.write(func(tx *db.Tx) error {
		for i := range 990 {
			id, err := b.AddDepartment(tx, admin, org.DepartmentDraft{Name: fmt.Sprintf("%s%d组", parts[i%10], i), Parent: tops[i%10]})
			if err != nil {
				return err
			}
			teams = append(teams, id)
		}
		return nil
	})
	for from := 0; from < benchPeople; from += 1000 {
		b.write(func(tx *db.Tx) error {
			for i := from; i < from+1000; i++ {
				name := string(surnames[i*7%len(surnames)]) + string(given[i*13%len(given)])
				if i%3 != 0 {
					name += string(given[i*31%len(given)])
				}
				_, err := b.AddPerson(tx, admin, org.PersonDraft{Name: name, Login: fmt.Sprintf("u%05d", i), EmployeeNo: fmt.Sprintf("E%05d", i),
					Email: fmt.Sprintf("mail%05d@corp.example", i*17%benchPeople), Mobile: fmt.Sprintf("138%08d", i*7919%100_000_000),
					Memberships: []org.MembershipDraft{{Department: teams[i%len(teams)]}}})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return b
}

// BenchmarkFindPeople is figure P11: p99 of one search over 50,000 people, for each kind of query.
func BenchmarkFindPeople(bm *testing.B) {
	b := company(bm, db.SQLite)
	lists, _, err := b.FindDepartments(bm.Context(), employee, 0, org.Page{})
	if err != nil {
		bm.Fatal(err)
	}
	top := lists[0].ID
	known, _, err := b.FindPeople(bm.Context(), employee, org.PersonFilter{Page: org.Page{Limit: 51}})
	if err != nil {
		bm.Fatal(err)
	}
	actor := xinshu.Actor{Person: known[0].ID}
	b.OnContacts(func(*db.Tx, xinshu.PersonID) (out []xinshu.PersonID, _ error) {
		for _, p := range known[1:] {
			out = append(out, p.ID)
		}
		return out, nil
	})
	for _, c := range []struct {
		name string
		f    org.PersonFilter
	}{
		{"name", org.PersonFilter{Query: "张伟"}},
		{"surname", org.PersonFilter{Query: "张"}},
		{"pinyin", org.PersonFilter{Query: "zhangwei"}},
		{"initials", org.PersonFilter{Query: "zw"}},
		{"letter", org.PersonFilter{Query: "z"}},
		{"tail", org.PersonFilter{Query: "8123"}},
		{"number", org.PersonFilter{Query: "e00042"}},
		{"nobody", org.PersonFilter{Query: "xyzzyq"}},
		{"department", org.PersonFilter{Query: "采购"}},
		{"both", org.PersonFilter{Query: "采购 张"}},
		{"words", org.PersonFilter{Query: "zhang wei"}},
		{"letters", org.PersonFilter{Query: "z w"}},
		{"filtered", org.PersonFilter{Query: "z", Department: top, Subtree: true}},
		{"filterednobody", org.PersonFilter{Query: "e0", Department: top, Subtree: true}},
		{"subtree", org.PersonFilter{Department: top, Subtree: true}},
		{"all", org.PersonFilter{}},
	} {
		bm.Run(c.name, func(bm *testing.B) {
			var took []time.Duration
			for bm.Loop() {
				began := time.Now()
				if _, _, err := b.FindPeople(bm.Context(), actor, c.f); err != nil {
					bm.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			bm.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// BenchmarkDirectory measures what a change costs the first reader after it, and reading everything.
func BenchmarkDirectory(bm *testing.B) {
	b := company(bm, db.SQLite)
	list, _, err := b.FindPeople(bm.Context(), employee, org.PersonFilter{Query: "张伟"})
	if err != nil {
		bm.Fatal(err)
	}
	bm.Run("everything", func(bm *testing.B) {
		for bm.Loop() {
			if err := newBundle(bm, b.db).Warm(bm.Context()); err != nil {
				bm.Fatal(err)
			}
		}
	})
	bm.Run("one change", func(bm *testing.B) {
		for i := 0; bm.Loop(); i++ {
			bm.StopTimer()
			b.setStatus(list[0].ID, []org.Status{org.Active, org.Suspended}[i%2])
			bm.StartTimer()
			if _, _, err := b.FindDepartments(bm.Context(), employee, 0, org.Page{}); err != nil {
				bm.Fatal(err)
			}
		}
	})
}
