import { type Api, path } from './client'
import type { List, Me, PersonalSettings, SessionInfo, SignedIn } from './types'

export interface Device {
  name: string
  platform: string
}

export const sessions = {
  signIn: (api: Api, login: string, password: string, device: Device) =>
    api.post<SignedIn>('/sessions', { body: { login, password, device, cookie: true } }),
  signOut: (api: Api) => api.delete<void>('/sessions/current'),
  list: (api: Api) => api.get<List<SessionInfo>>('/sessions'),
  end: (api: Api, id: string) => api.delete<void>(path('/sessions/{}', id)),
  prove: (api: Api, password: string) => api.post<void>('/sessions/current/proof', { body: { password } }),
  me: (api: Api) => api.get<Me>('/me'),
  saveSettings: (api: Api, settings: PersonalSettings) => api.patch<void>('/me/settings', { body: settings }),
  changePassword: (api: Api, current: string, next: string) => api.put<void>('/me/password', { body: { current, new: next } }),
  setupOpen: (api: Api) => api.get<{ open: boolean; company: string }>('/setup'),
  setup: (api: Api, body: { token: string; login: string; name: string; password: string; company: string; device: Device }) =>
    api.post<SignedIn>('/setup', { body: { ...body, cookie: true } }),
  link: (api: Api, token: string) =>
    api.post<{ kind: string; name: string; login: string }>('/links/lookup', { body: { token } }),
  redeem: (api: Api, token: string, password: string, device: Device) =>
    api.post<SignedIn>('/links/redeem', { body: { token, password, device, cookie: true } }),
}
