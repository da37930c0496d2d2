import { describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../api/admin'
import { I18n } from '../../i18n'
import { loaders } from '../../i18n/loaders'
import { sampleHead } from '../../model/samples.test-support'
import { settle } from '../../sync/testing.test-support'
import { startOf } from '../../ui/days'
import { AuditViewModel } from './AuditViewModel'
import { actorText, detailRows, sentenceOf } from './auditText'
import { list, services } from './services.test-support'

const boss = '06ABCDEFGHJKM'
const clerk = '06ABCDEFGHJKN'
const sales = '06ABCDEFGHJKP'
const record = (n: number, more: Partial<AuditRecord>): AuditRecord => ({
  node: 1,
  n,
  at: '2026-11-30T08:00:00Z',
  action: 'person.suspend',
  person: boss,
  object: `person:${clerk}`,
  ...more,
})

describe('AuditViewModel', () => {
  it('asks with what is filtered by, days in the reader’s zone', async () => {
    const { s, api } = services(() => list([]))
    const vm = new AuditViewModel(s)
    vm.start()
    await settle()
    const boss1 = { id: boss, kind: 'person', name: 'B', department: '', position: '' } as const
    vm.show({ person: boss1, object: { ...boss1, id: clerk }, kind: 'person.', from: '2026-11-01', to: '2026-11-30' })
    const query = new URLSearchParams(api.asked.at(-1)?.split('?')[1])
    expect(Object.fromEntries(query)).toMatchObject({
      person: boss,
      object: `person:${clerk}`,
      action: 'person.',
      after: new Date(2026, 10, 1).toISOString(),
      before: new Date(2026, 11, 1).toISOString(),
    })
    expect(vm.filtered).toBe(true)
    vm.clear()
    expect(vm.filtered).toBe(false)
    expect(startOf('')).toBe('')
  })

  it('finds out names, once each; what is gone keeps its number', async () => {
    const { s, api } = services((_, path) => {
      if (path === '/audit')
        return list([
          record(3, {}),
          record(2, {
            action: 'department.create',
            object: `department:${sales}`,
            detail: { name: '销售部', parent: '0000000000000' },
          }),
          record(1, { person: '06ABCDEFGHJKQ' }),
        ])
      if (path === `/people/${boss}`) return { id: boss, name: '王总' }
      if (path === `/people/${clerk}`) return { id: clerk, name: '张伟' }
      throw new Error('gone')
    })
    const vm = new AuditViewModel(s)
    vm.start()
    await settle()
    await settle()
    const i18n = new I18n(loaders, 'zh-CN')
    await i18n.load('admin', 'chat')
    const said = vm.snapshot.list.items.map(
      (r) => `${actorText(r, vm.snapshot.names, i18n)} ${sentenceOf(r, vm.snapshot.names, i18n)}`,
    )
    expect(said).toEqual(['王总 停用了 张伟', '王总 在“顶级”下新建了部门 销售部', '06ABCDEFGHJKQ 停用了 张伟'])
    vm.reload()
    await settle()
    expect(api.asked.filter((x) => x.includes(clerk)).length).toBe(1)
    expect(api.asked.filter((x) => x.includes('0000000000000'))).toEqual([]) // the top is no department
  })

  it('calls conversations by the newest name in the trail, own ones by the name they have now', async () => {
    const [own, other] = ['06ABCDEFGHJKR', '06ABCDEFGHJKS']
    const { s, api } = services((_, path) => {
      if (path !== '/audit') throw new Error('gone')
      return list([
        record(4, { action: 'conversation.update', object: `conversation:${other}`, detail: { name: '年会' } }),
        record(3, { action: 'conversation.create', object: `conversation:${other}`, detail: { name: '年会筹备', members: 3 } }),
        record(2, { action: 'conversation.update', object: `conversation:${own}`, detail: { name: '旧名' } }),
        record(1, { action: 'conversation.update', object: 'conversation:06ABCDEFGHJKT' }),
      ])
    })
    s.conversations.apply([sampleHead({ id: own, name: '新名' })], true)
    const vm = new AuditViewModel(s)
    vm.start()
    await settle()
    const i18n = new I18n(loaders, 'zh-CN')
    await i18n.load('admin', 'chat')
    expect(vm.snapshot.list.items.map((r) => sentenceOf(r, vm.snapshot.names, i18n))).toEqual([
      '修改了会话 年会',
      '新建了会话 年会（3 人）',
      '修改了会话 新名',
      '修改了会话 06ABCDEFGHJKT',
    ])
    expect(api.asked.filter((x) => x.includes('conversations'))).toEqual([])
  })

  it('takes a day, then a span, from the calendar', async () => {
    const { s } = services(() => list([]))
    const vm = new AuditViewModel(s)
    vm.start()
    vm.pick('2026-11-20')
    expect(vm.snapshot).toMatchObject({ from: '2026-11-20', to: '2026-11-20' })
    vm.pick('2026-11-10')
    expect(vm.snapshot).toMatchObject({ from: '2026-11-10', to: '2026-11-20' })
    await settle()
  })
})

describe('auditText', () => {
  it('has a sentence in both languages for what happens in the administration', async () => {
    const i18n = new I18n(loaders, 'zh-CN')
    await i18n.load('admin', 'chat')
    const names = new Map([
      [`person:${clerk}`, '张伟'],
      [`department:${sales}`, '销售部'],
    ])
    const say = (r: Partial<AuditRecord>) => sentenceOf(record(1, r), names, i18n)
    const acts: [Partial<AuditRecord>, string, string][] = [
      [
        { action: 'person.update', detail: { fields: ['name', 'rank'] } },
        '修改了 张伟 的姓名、职级',
        'changed Name, Rank of 张伟',
      ],
      [{ action: 'role.grant', detail: { role: 'audit_admin' } }, '授予 张伟 审计管理员角色', 'made 张伟 Audit administrator'],
      [
        { action: 'settings.update', object: '', detail: { from: { edit_window_ms: 1 }, to: { edit_window_ms: 0 } } },
        '修改了公司设置：消息可编辑时间',
        'changed settings: Edit window',
      ],
      [
        {
          action: 'department.update',
          object: `department:${sales}`,
          detail: { name: '销售部', from: '0000000000000', to: sales },
        },
        '把部门 销售部 从“顶级”移到“销售部”',
        'moved the department 销售部 from “Top level” to “销售部”',
      ],
      [
        { action: 'department.update', object: `department:${sales}`, detail: { name: '销售部' } },
        '修改了部门 销售部',
        'changed the department 销售部',
      ],
      [{ action: 'later.act' }, 'later.act · 张伟', 'later.act · 张伟'],
    ]
    for (const [r, zh] of acts) expect(say(r)).toBe(zh)
    await i18n.use('en')
    for (const [r, , en] of acts) expect(say(r)).toBe(en)
    expect(actorText(record(1, { person: '', system: 'identity' }), names, i18n)).toBe('System (accounts)')
    expect(actorText(record(1, { person: '' }), names, i18n)).toBe('Somebody not signed in')
  })

  it('lists the detail of a record as it is stored', () => {
    const r = record(1, { detail: { from: { a: 1 }, fields: ['x', 'y'] } })
    expect(detailRows(r)).toEqual([
      ['from.a', '1'],
      ['fields', 'x, y'],
    ])
  })
})
