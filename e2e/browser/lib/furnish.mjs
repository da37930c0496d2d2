// furnish.mjs: a small company with something of everything on its screens.
import { addPerson, Client, employ, found, membership, setUp } from './company.mjs'

/**
 * furnish fills a new server: people, a group with every kind of message, a direct conversation, channels joined and not.
 * @param {import('./server.mjs').Server} server
 */
export async function furnish(server) {
  const admin = await setUp(server, { name: '王芳', login: 'wangfang' })
  const company = await found(admin)
  const { departments: d, positions: p, ranks: r } = company
  const boss = await employ(admin, { name: '陈建国', login: 'chenjianguo', memberships: membership(d.development, p.director), rank: r.p7 })
  await admin.call('PUT', `/admin/people/${boss.id}/roles`, { roles: ['audit_admin'] }) // the first administrator may not read the trail
  const zhang = await employ(admin, {
    name: '张伟',
    login: 'zhangwei',
    employee_no: 'E1001',
    mobile: '13800138765',
    email: 'zhangwei@yunfan.example',
    memberships: [...membership(d.platform, p.engineer), { department: d.market, primary: false }],
    rank: r.p5,
    manager: boss.id,
    location: '上海 · 张江',
  })
  const invited = await addPerson(admin, { name: 'Anna Schneider', login: 'anna', memberships: membership(d.market, p.planner) })
  await admin.patch(`/people/${admin.id}`, { memberships: membership(d.head) }).catch(() => {})

  const group = await zhang.post('/conversations', {
    client_id: 'group',
    kind: 'group',
    name: '双十一备货',
    purpose: '仓库、价格、客服的安排',
    members: [admin.id, boss.id],
  })
  const messages = new Log(group.id)
  await messages.post(zhang, '# 安排\n\n仓库清单 **周五** 前给我，见 [表格](https://example.com/a)。\n\n> 引用\n\n1. 甲\n2. 乙\n\n```\nconst a = 1\n```\n\n| 品 | 数 |\n|---|---|\n| 茶 | 12 |')
  const asked = await messages.post(boss, `<@${zhang.id}> 库存锁定了吗？`)
  await messages.post(zhang, '锁定了，明早盘点。', asked.seq)
  const wrong = await messages.post(zhang, '这条发错了')
  await zhang.call('DELETE', `/conversations/${group.id}/messages/${wrong.seq}`)
  const edited = await messages.post(zhang, '周六加班的人报给我')
  await zhang.patch(`/conversations/${group.id}/messages/${edited.seq}`, { content: { type: 'text', text: '周六值班的人报给我' } })
  for (const who of [boss, admin]) await who.call('PUT', `/conversations/${group.id}/messages/${edited.seq}/reactions/${encodeURIComponent('👍')}`)
  await zhang.call('PUT', `/conversations/${group.id}/messages/${asked.seq}/pin`)
  const last = await messages.post(zhang, '收到的回复一下')
  await boss.call('PUT', `/conversations/${group.id}/read`, { seq: last.seq })

  const direct = await boss.post('/conversations', { client_id: 'direct', kind: 'direct', members: [zhang.id] })
  await new Log(direct.id).post(boss, '下午有空吗？')
  const joined = await zhang.post('/conversations', { client_id: 'joined', kind: 'channel', name: '技术分享', purpose: '每周四下午' })
  const other = await boss.post('/conversations', { client_id: 'other', kind: 'channel', name: '公司公告', purpose: '大家都会看到' })
  await new Log(other.id).post(boss, '下周一停电检修。')
  await new Client(server.url).post('/sessions', { login: 'zhangwei', password: zhang.password, device: { name: '旧手机', platform: 'android' } }).catch(() => {})

  return { server, admin, company, boss, zhang, invited, group, direct, joined, other, asked, edited, last }
}

let written = 0

/** Log writes into one conversation, each message with a client id of its own. */
export class Log {
  constructor(id) {
    this.id = id
  }
  post(who, text, reply) {
    return who.post(`/conversations/${this.id}/messages`, {
      client_id: `log-${written++}`,
      content: { type: 'text', text },
      ...(reply ? { reply_to: reply } : {}),
    })
  }
}
