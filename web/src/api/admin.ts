import { type Api, path } from './client'
import type { List, Role } from './types'

export type Status = 'invited' | 'active' | 'suspended' | 'departed'

export interface AdminPerson {
  id: string
  name: string
  department: string
  login?: string
  status: Status
  roles: Role[]
  sessions: number
  seen_at?: string
}

export interface Link {
  url: string
  expires_at: string
}

export interface Counts {
  created: number
  changed: number
  moved: number
  left: number
}

export interface Diff {
  departments: Counts
  people: Counts
  items: { kind: string; act: 'created' | 'changed' | 'moved' | 'left'; name: string; detail?: string }[]
}

export interface Preview {
  plan: string
  diff: Diff
  errors: { line: number; column?: string; value?: string; reason: string }[]
}

export interface AuditRecord {
  node: number
  n: number
  at: string
  action: string
  object?: string
  person?: string
  system?: string
  address?: string
}

export interface CompanySettings {
  company_name: string
}

export const admin = {
  people: (api: Api, q: string, status: string, cursor?: string) =>
    api.get<List<AdminPerson>>('/admin/people', { query: { limit: 50, q, status, cursor } }),
  create: (
    api: Api,
    body: { name: string; login: string; email?: string; memberships?: { department: string; primary: boolean }[] },
  ) => api.post<{ person: string; link: Link }>('/admin/people', { body }),
  link: (api: Api, person: string, kind: 'activation' | 'reset') =>
    api.post<Link>(path('/admin/people/{}/link', person), { body: { kind } }),
  act: (api: Api, person: string, act: 'suspend' | 'restore' | 'depart') =>
    api.post<void>(path(`/admin/people/{}/${act}`, person)),
  endSessions: (api: Api, person: string) => api.delete<void>(path('/admin/people/{}/sessions', person)),
  setRoles: (api: Api, person: string, roles: Role[]) =>
    api.put<void>(path('/admin/people/{}/roles', person), { body: { roles } }),
  settings: (api: Api) => api.get<CompanySettings>('/admin/settings'),
  saveSettings: (api: Api, body: Partial<CompanySettings>) => api.patch<CompanySettings>('/admin/settings', { body }),
  audit: (api: Api, cursor?: string) => api.get<List<AuditRecord>>('/audit', { query: { limit: 50, cursor } }),
  preview: (api: Api, file: Blob, format: string, replace: boolean) =>
    api.post<Preview>('/org/import/preview', { query: { format, replace }, body: file }),
  apply: (api: Api, plan: string) => api.post<{ diff: Diff }>('/org/import/apply', { body: { plan } }),
}
