// haunt.mjs: a company in which every text that somebody can write is a hostile string.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addPerson, Client, employ, membership, password, setUp } from './company.mjs'
import { Log } from './furnish.mjs'

export const villain = `<img src=x onerror=pwned(98)>"'\`</title>`

/** tried makes a call whose words may be refused as wrong, but must not upset the server; undefined when they were. */
export async function tried(call) {
  try {
    return await call()
  } catch (e) {
    if ([400, 404, 405, 409, 413, 422].includes(e.status)) return undefined
    throw e
  }
}

/**
 * haunt fills a new server. Names that the server refuses are left out; the rest is in every list.
 * @param {import('./server.mjs').Server} server
 * @param {readonly string[]} names hostile strings for names and texts
 * @param {readonly string[]} texts more of them, for messages only
 */
export async function haunt(server, names, texts = []) {
  const admin = await setUp(server, { name: '王芳', login: 'wangfang' })
  const bad = await employ(admin, { name: villain, login: 'villain' })
  const reader = await employ(admin, { name: '李娜', login: 'lina', email: 'lina@yunfan.example' })
  await admin.call('PUT', `/admin/people/${bad.id}/roles`, { roles: ['audit_admin'] })
  const taken = await importOrganisation(admin, [
    { list: 'departments', code: 'R', path: '/公司' },
    ...names.map((name, i) => ({ list: 'departments', code: `D${i}`, name, parent_code: 'R' })),
    ...names.map((name, i) => ({ list: 'ranks', name, level: i + 1 })),
    { list: 'people', login: 'villain', memberships: [{ department: 'R', primary: true }] },
    { list: 'people', login: 'lina', manager: 'villain', memberships: [{ department: 'R', primary: true }] },
    ...names.map((name, i) => ({ list: 'people', login: `p${i}`, name, name_en: name, location: name, rank: name, manager: 'lina', memberships: [{ department: `D${i}`, position: name, title: name, primary: true }] })),
  ])
  const people = names.map((_, i) => taken.has(`p${i}`))
  const root = (await admin.get('/departments')).items.find((d) => d.name === '公司')
  const [first] = (await admin.get(`/departments?parent=${root.id}&limit=1`)).items
  for (const login of names.slice(0, 100)) await tried(() => admin.post('/people', { name: '编号', login, employee_no: login }))
  const invited = await addPerson(admin, { name: `${villain} 甲`, login: 'invited', memberships: membership(root.id) })

  // Conversations whose names, purposes, authors and words are hostile come in by the import of chats.
  const lines = [{ type: 'person', key: 'reader', login: 'lina' }, { type: 'person', key: 'villain', login: 'villain' }]
  for (const [i, s] of names.entries()) lines.push({ type: 'person', key: `p${i}`, ...(people[i] ? { login: `p${i}` } : { name: s }) })
  const all = [...names, ...texts]
  const author = (i) => (i < names.length ? `p${i}` : 'villain')
  const at = (i) => new Date(Date.UTC(2026, 8, 1) + i * 60_000).toISOString()
  let n = 0
  const say = (conversation, i, text, more = {}) => lines.push({ type: 'message', conversation, id: `m${n}`, sender: author(i), sent_at: at(n++), text, ...more })
  const each = 20 // strings in one of the big groups: 60 messages, what a timeline shows at once
  for (let from = 0, k = 0; from < all.length; from += each, k++) {
    const key = `main${k}`
    const here = [...Array(Math.min(each, all.length - from)).keys()].map((x) => from + x)
    const members = ['reader', 'villain', ...here.filter((i) => people[i]).map(author)]
    lines.push({ type: 'conversation', key, kind: 'group', name: `主群 ${k}`, purpose: all[from], members, owner: 'reader' })
    for (const i of here) {
      say(key, i, all[i])
      say(key, i, inMarkdown(all[i]))
      lines.push({ type: 'message', conversation: key, id: `m${n}`, sender: 'reader', sent_at: at(n), text: `收到 ${n}`, reply_to: `m${n - 2}` })
      n++
    }
  }
  for (const [i, s] of names.entries()) {
    lines.push({ type: 'conversation', key: `g${i}`, kind: 'group', name: s, purpose: s, members: ['reader', author(i)], owner: 'reader' })
    say(`g${i}`, i, s)
    lines.push({ type: 'conversation', key: `c${i}`, kind: 'channel', name: s, purpose: s, members: [people[i] ? author(i) : 'villain'] })
    say(`c${i}`, i, s)
    if (i < 30 && people[i]) {
      lines.push({ type: 'conversation', key: `d${i}`, kind: 'direct', members: ['reader', author(i)] })
      say(`d${i}`, i, s)
    }
  }
  await importChat(server, lines)

  const heads = (await reader.get('/conversations?limit=1000')).items
  const main = heads.filter((h) => /^主群 \d+$/.test(h.name)).sort((a, b) => Number(a.name.slice(3)) - Number(b.name.slice(3)))
  const group = main[0]
  const channels = (await reader.get('/channels?limit=50')).items
  const log = new Log(group.id)
  const asked = await log.post(reader, `<@${bad.id}> 周五见`)
  const edited = await log.post(reader, '将要修改')
  await reader.patch(`/conversations/${group.id}/messages/${edited.seq}`, { content: { type: 'text', text: '\u202e反向的字 <script>pwned(97)</script>' } })
  for (const [i, s] of names.slice(0, 40).entries()) await tried(() => reader.call('PUT', `/conversations/${group.id}/messages/${asked.seq}/reactions/${encodeURIComponent(s)}`).then(() => i))
  await bad.call('PUT', `/conversations/${group.id}/messages/${asked.seq}/reactions/${encodeURIComponent('👍')}`)
  for (let seq = group.last_seq - 8; seq <= group.last_seq; seq++) await tried(() => reader.call('PUT', `/conversations/${group.id}/messages/${seq}/pin`))
  for (const s of [names[0], names.at(-1), villain]) await tried(() => reader.patch(`/conversations/${group.id}`, { name: s, purpose: `${s} \u202e反向` }))
  const last = await log.post(reader, '周六值班')
  await bad.call('PUT', `/conversations/${group.id}/read`, { seq: last.seq })
  await tried(() => admin.patch('/admin/settings', { company_name: villain }))
  for (const name of [names[1], names[3], names.at(-1), villain]) await new Client(server.url).post('/sessions', { login: 'lina', password, device: { name, platform: name } })

  return {
    server, admin, main, channels, heads, invited, group, asked, edited, last,
    boss: bad,
    zhang: reader,
    people: people.filter(Boolean).length,
    direct: heads.find((h) => h.kind === 'direct'),
    other: channels[0],
    company: { departments: { development: first.id } },
  }
}

/** inMarkdown puts a text wherever Markdown has room for one. */
export function inMarkdown(s) {
  const line = s.replace(/\s*\n\s*/g, ' ')
  return [
    `# ${line}`, `[${line}](https://example.com/)`, `[甲](${line})`, `[甲](<${line}>)`, `[甲](https://example.com/ "${line}")`, `![${line}](${line})`, `<${line}>`, `> ${line}\n> - ${line}`, `1. **${line}** _${line}_ ~~${line}~~`,
    `| ${line} |\n|---|\n| ${line} |`, `\`${line}\``, `https://example.com/${line}`, `[甲][乙]\n\n[乙]: ${line}`, `\`\`\`${line}\n${s}\n\`\`\``,
  ].join('\n\n').slice(0, 15_000)
}

/** inParallel maps with at most width calls at a time, in order of the list. */
export async function inParallel(list, width, act) {
  const out = Array(list.length)
  let next = 0
  const worker = async () => {
    for (let i = next++; i < list.length; i = next++) out[i] = await act(list[i], i)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return out
}

/**
 * importOrganisation imports what the server takes of the entries: what it refuses is left out, field by field, until a preview is clean.
 * Returns the logins of the people who came in.
 */
async function importOrganisation(admin, entries) {
  const dispensable = { department: 'memberships', position: 'memberships', title: 'memberships', rank: 'rank', location: 'location', name_en: 'name_en', manager: 'manager' }
  for (let round = 0; round < 8; round++) {
    const lines = ['{']
    const at = new Map() // line of the file → entry
    for (const list of ['departments', 'ranks', 'people']) {
      const of = entries.filter((e) => e.list === list)
      lines.push(`"${list}":[`)
      of.forEach(({ list: _, ...entry }, n) => at.set(lines.push(JSON.stringify(entry) + (n < of.length - 1 ? ',' : '')), of[n]))
      lines.push(list === 'people' ? ']}' : '],')
    }
    const answer = await fetch(`${admin.url}/api/v1/org/import/preview?format=json`, { method: 'POST', headers: { Authorization: `Bearer ${admin.token}` }, body: lines.join('\n') })
    if (!answer.ok) throw new Error(`preview: ${answer.status} ${await answer.text()}`)
    const { plan, errors } = await answer.json()
    if (errors.length === 0) {
      await admin.post('/org/import/apply', { plan })
      return new Set(entries.filter((e) => e.list === 'people').map((e) => e.login))
    }
    for (const { line, column } of errors) {
      const entry = at.get(line)
      const field = entry?.list === 'people' ? dispensable[column] : undefined
      if (field && entry[field] !== undefined) delete entry[field]
      else entries = entries.filter((e) => e !== entry)
    }
  }
  throw new Error('the preview does not get clean')
}

/** importChat brings lines in with the command; lines that it refuses are left out, as it says. */
export async function importChat(server, lines) {
  const folder = await mkdtemp(join(tmpdir(), 'xinshu-chat-'))
  try {
    const file = join(folder, 'chat.jsonl')
    await writeFile(file, lines.map((x) => JSON.stringify(x)).join('\n'))
    // Refused lines end the command with a failure though the rest is in; the caller looks for what it needs.
    return await server.run('import', 'chat', file).catch((e) => {
      if (!/line \d+|lines/.test(e.message)) throw e
      return e.message
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
