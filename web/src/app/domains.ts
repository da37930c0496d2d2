import type { Domain } from '../features/shell/domains'

/** The rail from top to bottom. A new domain is one entry here, a folder in features/ and a catalogue in i18n/. */
export const domains: readonly Domain[] = [
  {
    id: 'messages',
    paths: ['/c', '/c/:id', '/c/:id/m/:seq', '/channels'],
    catalogues: ['chat'],
    load: () => import('../features/conversations/MessagesPage'),
    rail: { label: 'rail.messages', icon: 'chat', href: '/c' },
  },
  {
    id: 'later',
    paths: ['/later'],
    catalogues: ['later'],
    load: () => import('../features/later/LaterPage'),
    rail: { label: 'rail.later', icon: 'bookmark', href: '/later' },
  },
  {
    id: 'people',
    paths: ['/people', '/people/all', '/people/d/:department', '/people/p/:person'],
    catalogues: ['organisation'],
    load: () => import('../features/people/PeoplePage'),
    rail: { label: 'rail.people', icon: 'people', href: '/people' },
  },
  {
    id: 'search',
    paths: ['/search'],
    catalogues: ['search'],
    load: () => import('../features/search/SearchPage'),
    rail: { label: 'rail.search', icon: 'search', href: '/search' },
  },
  {
    id: 'admin',
    paths: ['/admin/:section?/:id?'], // one pattern: what opens beside a list leaves the list alone
    catalogues: ['admin', 'organisation', 'search'],
    load: () => import('../features/admin/AdminPage'),
    rail: { label: 'rail.admin', icon: 'shield', href: '/admin', roles: ['system_admin', 'audit_admin'] },
  },
  {
    id: 'settings',
    paths: ['/settings', '/settings/:section'],
    catalogues: ['settings'],
    load: () => import('../features/settings/SettingsPage'),
  },
]
