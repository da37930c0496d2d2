// stage.mjs: the example company and one conversation of 100,000 messages, served by the built program.
import { inParallel, importChat } from '../lib/haunt.mjs'
import { Client } from '../lib/company.mjs'
import { startServer } from '../lib/server.mjs'

export const longest = 100_000 // messages of the long conversation
const others = 40 // small groups to switch between
const words = '报销 合同 排期 评审 客户 仓库 接口 上线 回滚 预算 出差 周报 发票 库存 盘点 培训 招聘 复盘 压测 容量 release review customer budget'.split(' ')

/** stage starts a server and returns it with somebody signed in, the long conversation and the small ones. */
export async function stage() {
  const server = await startServer({ args: ['--demo'] })
  try {
    const [, login, password] = /^ +(zhangwei) +(\S+) /m.exec(server.output())
    const { token } = await new Client(server.url).post('/sessions', { login, password })
    const me = new Client(server.url, token)
    const colleagues = (await me.get('/people?limit=30')).items.filter((p) => p.login !== login && p.login)
    const lines = [{ type: 'person', key: 'me', login }, ...colleagues.map((p, i) => ({ type: 'person', key: `p${i}`, ...(p.login ? { login: p.login } : { name: p.name }) }))]
    const names = lines.map((x) => x.key)
    lines.push({ type: 'conversation', key: 'long', kind: 'group', name: '三年的群', members: names, owner: 'me' })
    const begin = Date.now() - 3 * 365 * 86_400_000
    const every = (Date.now() - 3_600_000 - begin) / longest
    for (let i = 0; i < longest; i++) lines.push({ type: 'message', conversation: 'long', id: `${i}`, sender: names[(i >> 2) % names.length], sent_at: new Date(begin + i * every).toISOString(), text: sentence(i) })
    for (let g = 0; g < others; g++) {
      lines.push({ type: 'conversation', key: `g${g}`, kind: 'group', name: `小群 ${g}`, members: names.slice(0, 8), owner: 'me' })
      for (let i = 0; i < 80; i++) lines.push({ type: 'message', conversation: `g${g}`, id: `${i}`, sender: names[i % 8], sent_at: new Date(Date.now() - 86_400_000 + i * 60_000).toISOString(), text: sentence(i * 7 + g) })
    }
    await importChat(server, lines)
    const heads = (await me.get('/conversations?limit=1000')).items
    const find = (name) => heads.find((h) => h.name === name)
    const long = find('三年的群')
    if (!long || long.last_seq < longest) throw new Error(`the long conversation holds ${long?.last_seq} messages`)
    const small = [...Array(others).keys()].map((g) => find(`小群 ${g}`))
    await inParallel([long, ...small], 4, (h) => me.call('PUT', `/conversations/${h.id}/read`, { seq: h.last_seq }))
    return { server, login, password, me, long, small }
  } catch (e) {
    await server.stop()
    throw e
  }
}

/** sentence is the i-th text: 5 to 120 characters, now and then Markdown. */
function sentence(i) {
  const n = 2 + ((i * 7919) % 17)
  const text = Array.from({ length: n }, (_, k) => words[(i * 31 + k * k * 17) % words.length]).join(i % 3 ? '，' : ' ')
  if (i % 29 === 0) return `**${text}**\n\n- 第一\n- 第二\n- 第三`
  if (i % 41 === 0) return `见 https://example.com/${i}：${text}`
  return `${text}。`
}
