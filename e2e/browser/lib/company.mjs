// company.mjs: people and departments for the tests, made through the same doors that administrators and people use.

/** One password for everybody in these tests: long enough, in no list. */
export const password = '青石板上的雨 42'

/** Client speaks the HTTP API as one person. */
export class Client {
  constructor(url, token = '') {
    this.url = url
    this.token = token
  }

  async call(method, path, body) {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${text}`), { status: answer.status, text })
    return text ? JSON.parse(text) : undefined
  }
  get(path) {
    return this.call('GET', path)
  }
  post(path, body = {}) {
    return this.call('POST', path, body)
  }
  patch(path, body) {
    return this.call('PATCH', path, body)
  }
}

/** setUp makes the first administrator with the one-time link. */
export async function setUp(server, { login = 'guan', name = '管理员', company = '云帆科技' } = {}) {
  const token = new URL(server.setupLink).hash.replace('#token=', '')
  const made = await new Client(server.url).post('/setup', { token, login, name, password, company })
  return Object.assign(new Client(server.url, made.token), { id: made.person.id, name, login })
}

/**
 * addPerson creates an account as an administrator does.
 * @param {Client} admin
 * @param {{name: string, login?: string, [field: string]: unknown}} draft of POST /admin/people; rank, manager, location go by PATCH
 * @returns the person's id and her activation link
 */
export async function addPerson(admin, { rank, manager, location, ...draft }) {
  const { person, link } = await admin.post('/admin/people', draft)
  const more = Object.fromEntries(Object.entries({ rank, manager, location }).filter(([, value]) => value))
  if (Object.keys(more).length > 0) await admin.patch(`/people/${person}`, more)
  return { id: person, link: new URL(link.url, admin.url).href, name: draft.name, login: draft.login ?? '' }
}

/** activate redeems her link, as she would; the result speaks the API as her. */
export async function activate(admin, person) {
  const token = new URL(person.link).hash.replace('#token=', '')
  const made = await new Client(admin.url).post('/links/redeem', { token, password })
  return Object.assign(new Client(admin.url, made.token), person)
}

/** employ is addPerson and activate. */
export async function employ(admin, { roles, ...draft }) {
  const person = await activate(admin, await addPerson(admin, draft))
  if (roles) await admin.call('PUT', `/admin/people/${person.id}/roles`, { roles }) // nobody is created with roles that the creator lacks
  return person
}

/** found makes a small company: three levels of departments, positions, ranks. */
export async function found(admin) {
  const make = (path, body) => admin.post(path, body)
  const head = await make('/departments', { name: '云帆科技' })
  const development = await make('/departments', { name: '研发部', parent: head.id })
  const platform = await make('/departments', { name: '平台组', parent: development.id })
  const market = await make('/departments', { name: '市场部', parent: head.id })
  const director = await make('/positions', { name: '研发总监' })
  const engineer = await make('/positions', { name: '后端工程师' })
  const planner = await make('/positions', { name: '活动策划' })
  const p5 = await make('/ranks', { name: 'P5', level: 5 })
  const p7 = await make('/ranks', { name: 'P7', level: 7 })
  return {
    departments: { head: head.id, development: development.id, platform: platform.id, market: market.id },
    positions: { director: director.id, engineer: engineer.id, planner: planner.id },
    ranks: { p5: p5.id, p7: p7.id },
  }
}

/** membership is one entry of a draft's memberships. */
export function membership(department, position) {
  return [{ department, position, primary: true }]
}
