import { type Api, path, type Query, type RequestOptions } from './client'
import type { Brief, List, PersonID } from './types'

export type DepartmentID = string

export interface DepartmentName {
  id: DepartmentID
  name: string
}

/** A node of the tree. people counts those directly in it, people_all each person in it and below once. */
export interface Department extends DepartmentName {
  parent: DepartmentID | null
  code?: string
  sort: number
  children: number
  people: number
  people_all: number
  /** From the top to the department itself; of one department asked for by id. */
  path?: DepartmentName[]
}

export interface Position {
  id: string
  name: string
  code?: string
}

export interface Rank extends Position {
  level: number
}

/** How many people have an entry of a catalogue: who takes part, and who is suspended or has left. */
export interface CatalogueUse {
  people: number
  former: number
}

export type PersonStatus = 'invited' | 'active' | 'suspended' | 'departed'

/** A person in lists. */
export interface PersonItem extends Brief {
  name_en?: string
  employee_no?: string
  login?: string
  email?: string
  mobile?: string
  title?: string
  rank?: string
  status: PersonStatus
}

export interface Membership {
  department: DepartmentName & { path?: DepartmentName[] }
  position: Position | null
  primary: boolean
  title?: string
  sort: number
}

/** Everything about a person that the reader may know. */
export interface Person {
  id: PersonID
  kind: string
  name: string
  name_en?: string
  login?: string
  employee_no?: string
  email?: string
  mobile?: string
  status: PersonStatus
  rank: Rank | null
  manager: Brief | null
  memberships: Membership[]
  location?: string
  hired_on?: string
  line: { up: Brief[]; down: Brief[] }
  /** The revision, for changes. */
  rev: number
}

export interface PeopleFilter {
  q?: string
  department?: DepartmentID
  subtree?: boolean
  position?: string
  rank_min?: string
  limit?: number
  cursor?: string
}

export interface Audience {
  departments: { id: DepartmentID; subtree: boolean }[]
  people: PersonID[]
}

/** Makes a creating request safe to repeat: the server carries out the same one once. */
export interface Repeatable {
  client_id: string
}

export interface DepartmentDraft {
  name: string
  parent?: DepartmentID
  code?: string
  sort?: number
}

export interface PositionDraft {
  name: string
  code: string
}

export interface RankDraft extends PositionDraft {
  level: number
}

export interface DepartmentUpdate {
  name?: string
  code?: string
  parent?: DepartmentID
  sort?: number
}

/** Stands for "none" where a request can take something away: the top of the tree, no rank, no manager. */
export const none = '0000000000000'

const heard = (signal?: AbortSignal): RequestOptions => (signal ? { signal } : {})

export const organisation = {
  departments: (api: Api, parent: DepartmentID | undefined, cursor?: string, signal?: AbortSignal) =>
    api.get<List<Department>>('/departments', { query: { parent, limit: 200, cursor }, ...heard(signal) }),
  department: (api: Api, id: DepartmentID) => api.get<Department>(path('/departments/{}', id)),
  createDepartment: (api: Api, body: DepartmentDraft & Repeatable) => api.post<Department>('/departments', { body }),
  updateDepartment: (api: Api, id: DepartmentID, body: DepartmentUpdate) =>
    api.patch<Department>(path('/departments/{}', id), { body }),
  deleteDepartment: (api: Api, id: DepartmentID) => api.delete<void>(path('/departments/{}', id)),
  people: (api: Api, filter: PeopleFilter, signal?: AbortSignal) =>
    api.get<List<PersonItem>>('/people', { query: { limit: 50, ...filter } satisfies Query, ...heard(signal) }),
  departmentPeople: (api: Api, id: DepartmentID, subtree: boolean, cursor?: string, limit = 200) =>
    api.get<List<PersonItem>>(path('/departments/{}/people', id), { query: { subtree, limit, cursor } }),
  person: (api: Api, id: PersonID) => api.get<Person>(path('/people/{}', id)),
  updatePerson: (api: Api, id: PersonID, body: Record<string, unknown>) => api.patch<Person>(path('/people/{}', id), { body }),
  positions: (api: Api) => api.get<List<Position & CatalogueUse>>('/positions'),
  createPosition: (api: Api, body: PositionDraft & Repeatable) => api.post<Position>('/positions', { body }),
  deletePosition: (api: Api, id: string) => api.delete<void>(path('/positions/{}', id)),
  updatePosition: (api: Api, id: string, body: { name?: string; code?: string }) =>
    api.patch<Position>(path('/positions/{}', id), { body }),
  ranks: (api: Api) => api.get<List<Rank & CatalogueUse>>('/ranks'),
  createRank: (api: Api, body: RankDraft & Repeatable) => api.post<Rank>('/ranks', { body }),
  deleteRank: (api: Api, id: string) => api.delete<void>(path('/ranks/{}', id)),
  updateRank: (api: Api, id: string, body: { name?: string; code?: string; level?: number }) =>
    api.patch<Rank>(path('/ranks/{}', id), { body }),
  preview: (api: Api, audience: Audience, signal?: AbortSignal) =>
    api.post<{ count: number; sample: Brief[] }>('/audience/preview', { body: { audience }, ...heard(signal) }),
}
