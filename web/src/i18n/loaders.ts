import type { Loaders } from './index'

/** Each catalogue is a chunk of its own: a page loads the texts it shows, in one language. */
export const loaders: Loaders = {
  'zh-CN': {
    entry: () => import('./zh-CN/entry').then((m) => m.entry),
    chat: () => import('./zh-CN/chat').then((m) => m.chat),
    organisation: () => import('./zh-CN/organisation').then((m) => m.organisation),
    settings: () => import('./zh-CN/settings').then((m) => m.settings),
    search: () => import('./zh-CN/search').then((m) => m.search),
    keys: () => import('./zh-CN/keys').then((m) => m.keys),
    admin: () => import('./zh-CN/admin').then((m) => m.admin),
    later: () => import('./zh-CN/later').then((m) => m.later),
  },
  en: {
    entry: () => import('./en/entry').then((m) => m.entry),
    chat: () => import('./en/chat').then((m) => m.chat),
    organisation: () => import('./en/organisation').then((m) => m.organisation),
    settings: () => import('./en/settings').then((m) => m.settings),
    search: () => import('./en/search').then((m) => m.search),
    keys: () => import('./en/keys').then((m) => m.keys),
    admin: () => import('./en/admin').then((m) => m.admin),
    later: () => import('./en/later').then((m) => m.later),
  },
}
