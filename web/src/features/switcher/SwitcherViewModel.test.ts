import { describe, expect, it } from 'vitest'
import { I18n } from '../../i18n'
import { loaders } from '../../i18n/loaders'
import { sampleHead } from '../../model/samples.test-support'
import { connected, Server } from '../../model/server.test-support'
import { settle } from '../../sync/testing.test-support'
import type { Services } from '../kit/services'
import { SwitcherViewModel } from './SwitcherViewModel'

const person = (id: string, name: string) => ({ id, kind: 'person', name, department: '采购部', position: '', status: 'active' })
const peer = { id: 'LI', kind: 'person', name: '李娜', department: '财务部', position: '' }

async function setup() {
  const server = new Server()
  const asked: string[] = []
  const created: unknown[] = []
  const answer = server.answer
  server.answer = (method, path, options) => {
    const { query, body } = options as { query?: Record<string, unknown>; body?: unknown }
    if (path === '/people') {
      asked.push(String(query?.q))
      return { items: [person('LI', '李娜'), person('ZW', '张伟')], next_cursor: null }
    }
    if (method === 'POST' && path === '/conversations') {
      created.push(body)
      return sampleHead({ id: 'NEW', kind: 'direct' })
    }
    return answer(method, path, options)
  }
  const client = await connected(server)
  client.conversations.apply(
    [
      sampleHead({ id: 'A', name: '张伟的小组', updated_at: '2026-11-20' }),
      sampleHead({ id: 'B', name: '采购与张伟', updated_at: '2026-11-22', pinned: true }),
      sampleHead({ id: 'D', kind: 'direct', name: '', peer, updated_at: '2026-11-19', unread: 2 }),
    ],
    true,
  )
  const services = { ...client, me: 'ME', ids: { next: () => 'id' }, i18n: new I18n(loaders, 'zh-CN'), fail: () => {} }
  const vm = new SwitcherViewModel(services as unknown as Services)
  vm.start()
  const names = () => vm.snapshot.targets.map((t) => `${t.kind} ${t.name}`)
  return { ...client, vm, names, asked, created }
}

describe('SwitcherViewModel', () => {
  it('offers what is unread first, then what was active last', async () => {
    const { names } = await setup()
    expect(names()).toEqual(['conversation 李娜', 'conversation 采购与张伟', 'conversation 张伟的小组'])
  })

  it('finds conversations at once and people from the directory, each once', async () => {
    const { vm, names, timers, asked } = await setup()
    vm.write('张伟')
    expect(names()).toEqual(['conversation 张伟的小组', 'conversation 采购与张伟', 'search 张伟'])
    await timers.pass(1)
    await settle()
    expect(asked).toEqual(['张伟'])
    expect(names()).toContain('person 张伟')
    vm.write('李')
    await timers.pass(100)
    await settle()
    expect(names().filter((n) => n.endsWith('李娜'))).toEqual(['conversation 李娜'])
  })

  it('opens what is chosen and makes the conversation of a person who has none', async () => {
    const { vm, timers, created } = await setup()
    expect(await vm.open()).toBe('/c/D')
    vm.write('zw')
    await timers.pass(100)
    await settle()
    vm.move(1)
    expect(vm.snapshot.targets[vm.snapshot.active]).toMatchObject({ kind: 'person', name: '张伟' })
    expect(await vm.open()).toBe('/c/NEW')
    expect(created).toMatchObject([{ kind: 'direct', members: ['ZW'] }])
    vm.move(1)
    expect(await vm.open()).toBe('/search?q=zw')
  })
})
