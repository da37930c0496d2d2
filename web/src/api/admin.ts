import { type Api, path, type RequestOptions } from './client'
import type { Repeatable } from './organisation'
import type { List, Role } from './types'

export type Status = 'invited' | 'active' | 'suspended' | 'departed'

/** A person with the state of her account. */
export interface AdminPerson {
  id: string
  name: string
  name_en?: string
  department: string
  position: string
  title?: string
  login?: string
  employee_no?: string
  email?: string
  mobile?: string
  rank?: string
  status: Status
  has_password: boolean
  roles: Role[]
  /** Live ones. */
  sessions: number
  /** Last use of any session that is still known. */
  seen_at?: string
  /** End of the one-time link that waits to be used. */
  link_until?: string
}

export interface PeopleFilter {
  q: string
  /** "" is all of them. */
  status: Status | ''
  department?: string | undefined
  position?: string | undefined
}

export interface MembershipDraft {
  department: string
  position?: string
  primary: boolean
  title?: string
  sort?: number
}

/** What a person is made of; absent is empty. */
export interface PersonDraft {
  name: string
  name_en?: string
  login?: string
  employee_no?: string
  email?: string
  mobile?: string
  rank?: string
  manager?: string
  location?: string
  hired_on?: string
  memberships?: MembershipDraft[]
}

export interface Link {
  kind: 'activation' | 'reset'
  url: string
  expires_at: string
}

/** A group or channel that needs a new owner when its owner leaves; next is who follows by itself. */
export interface HandoverItem {
  id: string
  kind: string
  name: string
  members: number
  next: { id: string; name: string } | null
}

export interface Handover {
  count: number
  items: HandoverItem[]
}

export interface Counts {
  created: number
  changed: number
  moved: number
  left: number
}

export type Act = keyof Counts

export interface DiffItem {
  kind: 'department' | 'person'
  act: Act
  line?: number
  name: string
  detail?: string
}

export interface Diff {
  departments: Counts
  people: Counts
  positions: number
  ranks: number
  /** The first 500 of them. */
  items: DiffItem[]
}

export interface LineError {
  line: number
  column?: string
  value?: string
  reason: string
}

export interface Preview {
  /** Empty when nothing can be applied. */
  plan: string
  diff: Diff
  errors: LineError[]
}

export interface ImportState {
  running: boolean
  done: number
  total: number
}

export interface AuditRecord {
  node: number
  n: number
  at: string
  action: string
  object?: string
  person?: string
  session?: string
  system?: string
  address?: string
  detail?: Record<string, unknown> | null
}

export interface AuditFilter {
  person?: string
  action?: string
  object?: string
  /** RFC 3339 */
  after?: string
  before?: string
}

/** Durations are milliseconds. */
export interface SettingValues {
  company_name: string
  default_locale: string
  edit_window_ms: number
  recall_window_ms: number
  session_idle_ms: number
  session_absolute_ms: number
  separate_admin_roles: boolean
}

export interface CompanySettings extends SettingValues {
  defaults: SettingValues
}

const heard = (signal?: AbortSignal): RequestOptions => (signal ? { signal } : {})

export const admin = {
  people: (api: Api, filter: PeopleFilter, cursor?: string, signal?: AbortSignal, limit = 50) =>
    api.get<List<AdminPerson>>('/admin/people', { query: { limit, ...filter, cursor }, ...heard(signal) }),
  /** No link: the request was carried out before, and she needs none any more. */
  create: (api: Api, body: PersonDraft & Repeatable) => api.post<{ person: string; link?: Link }>('/admin/people', { body }),
  link: (api: Api, person: string, kind: Link['kind']) =>
    api.post<Link>(path('/admin/people/{}/link', person), { body: { kind } }),
  act: (api: Api, person: string, act: 'suspend' | 'restore') => api.post<void>(path(`/admin/people/{}/${act}`, person)),
  depart: (api: Api, person: string, heir?: string) =>
    api.post<void>(path('/admin/people/{}/depart', person), { query: { heir } }),
  handover: (api: Api, person: string) => api.get<Handover>(path('/admin/people/{}/handover', person)),
  endSessions: (api: Api, person: string) => api.delete<void>(path('/admin/people/{}/sessions', person)),
  setRoles: (api: Api, person: string, roles: readonly Role[]) =>
    api.put<void>(path('/admin/people/{}/roles', person), { body: { roles } }),
  settings: (api: Api) => api.get<CompanySettings>('/admin/settings'),
  saveSettings: (api: Api, body: Partial<SettingValues>) => api.patch<CompanySettings>('/admin/settings', { body }),
  audit: (api: Api, filter: AuditFilter, cursor?: string, signal?: AbortSignal, limit = 50) =>
    api.get<List<AuditRecord>>('/audit', { query: { limit, ...filter, cursor }, ...heard(signal) }),
  preview: (api: Api, file: Blob, format: 'csv' | 'json', replace: boolean, signal?: AbortSignal) =>
    api.post<Preview>('/org/import/preview', { query: { format, replace }, body: file, ...heard(signal) }),
  apply: (api: Api, plan: string) => api.post<{ diff: Diff }>('/org/import/apply', { body: { plan } }),
  importState: (api: Api) => api.get<ImportState>('/org/import'),
  stopImport: (api: Api) => api.delete<void>('/org/import'),
}
