import type { AuditRecord } from '../../api/admin'
import type { I18n } from '../../i18n'

/** actorText says who acted. */
export function actorText(r: AuditRecord, names: ReadonlyMap<string, string>, i18n: I18n): string {
  if (r.person) return names.get(`person:${r.person}`) ?? r.person
  if (r.system) {
    const key = `admin.audit.part.${r.system}`
    return i18n.t('admin.audit.system', { part: i18n.has(key) ? i18n.t(key) : r.system })
  }
  return i18n.t('admin.audit.nobody')
}

/** sentenceOf says what a record is about, without who and when. */
export function sentenceOf(r: AuditRecord, names: ReadonlyMap<string, string>, i18n: I18n): string {
  const moved = r.action === 'department.update' && r.detail?.to !== undefined
  const key = `admin.act.${moved ? 'department.move' : r.action}`
  const what = objectText(r, names, i18n)
  if (!i18n.has(key)) return [r.action, what].filter(Boolean).join(' · ')
  return i18n.t(key, { ...paramsOf(r, names, i18n), what })
}

function objectText(r: AuditRecord, names: ReadonlyMap<string, string>, i18n: I18n): string {
  if (!r.object) return ''
  const [kind = '', id = ''] = r.object.split(':')
  const name = names.get(r.object)
  if (name) return name
  return kind === 'session' ? i18n.t('admin.audit.session', { id }) : id
}

/** paramsOf are the facts of a record's detail that its sentence may name. */
function paramsOf(r: AuditRecord, names: ReadonlyMap<string, string>, i18n: I18n): Record<string, string | number> {
  const d = r.detail ?? {}
  const word = (prefix: string, v: unknown) => {
    const key = `${prefix}.${String(v)}`
    return i18n.has(key) ? i18n.t(key) : String(v ?? '')
  }
  const list = (v: unknown, prefix: string) =>
    Array.isArray(v) ? v.map((x) => word(prefix, x)).join(i18n.t('common.comma')) : ''
  const department = (v: unknown) =>
    typeof v !== 'string' || /^0*$/.test(v) ? i18n.t('admin.top') : (names.get(`department:${v}`) ?? v)
  const changed = typeof d.to === 'object' && d.to !== null ? Object.keys(d.to) : []
  return {
    role: word('admin.role', d.role),
    kind: word('admin.audit.link', d.kind),
    reason: word('admin.audit.reason', d.reason),
    fields: r.action === 'settings.update' ? list(changed, 'admin.setting') : list(d.fields, 'admin.field'),
    from: r.action.startsWith('department.') ? department(d.from) : word('admin.audit.member', d.from),
    to: r.action.startsWith('department.') ? department(d.to) : word('admin.audit.member', d.to),
    parent: department(d.parent),
    person: typeof d.person === 'string' ? (names.get(`person:${d.person}`) ?? d.person) : '',
    n: Number(d.sessions ?? d.ended_sessions ?? d.members ?? 0),
  }
}

/** detailRows are the further facts of a record as names and values, the way they are stored. */
export function detailRows(r: AuditRecord): [string, string][] {
  const rows: [string, string][] = []
  const walk = (prefix: string, v: unknown) => {
    if (typeof v === 'object' && v !== null && !Array.isArray(v))
      for (const [k, x] of Object.entries(v)) walk(prefix ? `${prefix}.${k}` : k, x)
    else rows.push([prefix, Array.isArray(v) ? v.map(String).join(', ') : String(v)])
  }
  if (r.detail) walk('', r.detail)
  return rows
}
