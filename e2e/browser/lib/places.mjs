// places.mjs: every screen, panel and dialog of the client and the way to it. Walks over all of them (accessibility, narrow windows,
// hostile texts) use this list; a new screen is a line here.

/**
 * @typedef {object} Place
 * @property {string} name
 * @property {'nobody' | 'person' | 'admin' | 'auditor'} who must be signed in
 * @property {(w: object) => string} path address; w is what furnish returned
 * @property {(page: import('playwright-core').Page, t: Function, w: object) => import('playwright-core').Locator} ready what shows that it is there
 * @property {(page: import('playwright-core').Page, t: Function, w: object) => Promise<void>} [act] what opens it, once the address is shown
 */

const button = (page, name) => page.getByRole('button', { name, exact: true }).first()
const dialog = (page, name) => page.getByRole('dialog', name ? { name } : {})
const composer = (page) => page.locator('main textarea')
const lastMessage = (page) => page.getByRole('log').getByRole('article').last()
const pick = async (page, trigger, item) => {
  await trigger.click()
  await page.getByRole('menuitem', { name: item }).first().click()
}
const menuOf = (page, t) => page.getByRole('button', { name: t('admin.actions') })

/** @type {readonly Place[]} */
export const places = [
  { name: 'sign-in', who: 'nobody', path: () => '/login', ready: (p, t) => button(p, t('entry.signIn')) },
  {
    name: 'sign-in refused',
    who: 'nobody',
    path: () => '/login?ended',
    act: (p, t) => button(p, t('entry.signIn')).click(),
    ready: (p) => p.getByRole('alert').first(),
  },
  { name: 'set-up that is over', who: 'nobody', path: () => '/setup#token=nothing', ready: (p, t) => p.getByText(t('entry.setupClosed')).or(button(p, t('entry.setupAct'))).first() },
  { name: 'activation', who: 'nobody', path: (w) => w.invited.link.slice(w.server.url.length), ready: (p, t) => button(p, t('entry.activateAct')) },

  { name: 'conversations', who: 'person', path: () => '/c', ready: (p, t) => p.getByRole('heading', { level: 1, name: t('list.title') }) },
  { name: 'menu of oneself', who: 'person', path: () => '/c', act: (p, t) => p.getByRole('button', { name: t('rail.me') }).click(), ready: (p) => p.getByRole('menu') },
  { name: 'menu of new conversations', who: 'person', path: () => '/c', act: (p, t) => button(p, t('list.new')).click(), ready: (p) => p.getByRole('menu') },
  { name: 'new direct conversation', who: 'person', path: () => '/c', act: (p, t) => pick(p, button(p, t('list.new')), t('new.direct')), ready: (p) => dialog(p).getByRole('button').nth(4) },
  {
    name: 'new group',
    who: 'person',
    path: () => '/c',
    act: async (p, t) => {
      await pick(p, button(p, t('list.new')), t('new.group'))
      const box = dialog(p).getByRole('treeitem').first().getByRole('checkbox')
      await box.check({ force: true })
    },
    ready: (p, t) => dialog(p).getByRole('button', { name: t('picker.remove') }).first(),
  },
  { name: 'new channel', who: 'person', path: () => '/c', act: (p, t) => pick(p, button(p, t('list.new')), t('new.channel')), ready: (p) => dialog(p).getByRole('treeitem').first() },
  { name: 'channels', who: 'person', path: () => '/channels', ready: (p, t) => button(p, t('channels.join')) },
  { name: 'group', who: 'person', path: (w) => `/c/${w.group.id}`, ready: (p) => lastMessage(p) },
  { name: 'a message by its address', who: 'person', path: (w) => `/c/${w.group.id}/m/${w.asked.seq}`, ready: (p) => lastMessage(p) },
  { name: 'direct conversation', who: 'person', path: (w) => `/c/${w.direct.id}`, ready: (p) => lastMessage(p) },
  { name: 'channel that one may join', who: 'person', path: (w) => `/c/${w.other.id}`, ready: (p, t) => button(p, t('channels.join')) },
  { name: 'conversation that is none', who: 'person', path: () => '/c/0000000000000', ready: (p, t) => p.getByText(t('conversation.notFound')) },
  {
    name: 'menu of a message',
    who: 'person',
    path: (w) => `/c/${w.group.id}`,
    act: async (p, t) => {
      await lastMessage(p).focus()
      await lastMessage(p).getByRole('button', { name: t('common.more') }).click()
    },
    ready: (p) => p.getByRole('menu'),
  },
  {
    name: 'reactions to choose from',
    who: 'person',
    path: (w) => `/c/${w.group.id}`,
    act: async (p, t) => {
      await lastMessage(p).focus()
      await lastMessage(p).getByRole('button', { name: t('reaction.pick') }).click()
    },
    ready: (p, t) => dialog(p, t('reaction.pick')),
  },
  {
    name: 'reply',
    who: 'person',
    path: (w) => `/c/${w.group.id}`,
    act: async (p) => {
      await lastMessage(p).focus()
      await p.keyboard.press('r')
    },
    ready: (p, t) => button(p, t('composer.noReply')),
  },
  {
    name: 'edit',
    who: 'person',
    path: (w) => `/c/${w.group.id}`,
    act: async (p) => {
      await lastMessage(p).focus()
      await p.keyboard.press('e')
    },
    ready: (p, t) => button(p, t('composer.cancelEdit')),
  },
  {
    name: 'recall',
    who: 'person',
    path: (w) => `/c/${w.group.id}`,
    act: async (p) => {
      await lastMessage(p).focus()
      await p.keyboard.press('Delete')
    },
    ready: (p, t) => dialog(p, t('recall.title')),
  },
  { name: 'mention', who: 'person', path: (w) => `/c/${w.group.id}`, act: (p) => mention(p), ready: (p, t) => p.getByRole('listbox', { name: t('mention.label') }) },
  { name: 'members', who: 'person', path: (w) => `/c/${w.group.id}?p=members`, ready: (p, t) => p.getByRole('button', { name: t('members.actions') }).first() },
  {
    name: 'menu of a member',
    who: 'person',
    path: (w) => `/c/${w.group.id}?p=members`,
    act: (p, t) => p.getByRole('button', { name: t('members.actions') }).first().click(),
    ready: (p) => p.getByRole('menu'),
  },
  {
    name: 'removing a member',
    who: 'person',
    path: (w) => `/c/${w.group.id}?p=members`,
    act: (p, t) => pick(p, p.getByRole('button', { name: t('members.actions') }).first(), t('members.remove')),
    ready: (p) => dialog(p),
  },
  { name: 'adding members', who: 'person', path: (w) => `/c/${w.group.id}?p=members`, act: (p, t) => button(p, t('members.add')).click(), ready: (p) => dialog(p).getByRole('treeitem').first() },
  { name: 'pinned messages', who: 'person', path: (w) => `/c/${w.group.id}?p=pins`, ready: (p) => p.getByRole('complementary').getByRole('listitem').first() },
  { name: 'facts of a conversation', who: 'person', path: (w) => `/c/${w.group.id}?p=info`, ready: (p, t) => button(p, t('info.leaveGroup')) },
  { name: 'leaving', who: 'person', path: (w) => `/c/${w.group.id}?p=info`, act: (p, t) => button(p, t('info.leaveGroup')).click(), ready: (p) => dialog(p) },
  { name: 'receipts', who: 'person', path: (w) => `/c/${w.group.id}?p=receipts:${w.last.seq}`, ready: (p) => p.getByRole('complementary').getByRole('tab').first() },
  { name: 'small profile', who: 'person', path: (w) => `/c/${w.group.id}?p=members,person:${w.boss.id}`, ready: (p, t) => button(p, t('profile.talk')) },

  { name: 'organisation', who: 'person', path: () => '/people', ready: (p) => p.getByRole('treeitem').first() },
  { name: 'everybody', who: 'person', path: () => '/people/all', ready: (p, t) => p.getByRole('main').getByText(t('person.status.invited')).first() },
  { name: 'department', who: 'person', path: (w) => `/people/d/${w.company.departments.development}`, ready: (p, t) => button(p, t('people.makeGroup')) },
  { name: 'profile beside the list', who: 'person', path: (w) => `/people/d/${w.company.departments.development}?p=person:${w.boss.id}`, ready: (p, t) => button(p, t('profile.talk')) },
  { name: 'profile', who: 'person', path: (w) => `/people/p/${w.zhang.id}`, ready: (p, t) => p.getByText(t('profile.memberships')).first() },
  { name: 'nobody found', who: 'person', path: () => '/people/all?q=qqqqqq', ready: (p, t) => p.getByText(t('people.none')) },

  { name: 'later', who: 'person', path: () => '/later', ready: (p, t) => p.getByText(t('later.noneText'), { exact: true }) },
  { name: 'search', who: 'person', path: () => '/search', ready: (p, t) => p.getByText(t('search.start'), { exact: true }) },
  { name: 'hits', who: 'person', path: (w) => `/search?q=${encodeURIComponent('周')}&in=${w.group.id}&from=${w.zhang.id}`, ready: (p) => p.locator('main ol li').first() },
  { name: 'no hits', who: 'person', path: () => '/search?q=qqqqqq', ready: (p, t) => p.getByText(t('search.none'), { exact: true }) },

  { name: 'settings', who: 'person', path: () => '/settings/general', ready: (p, t) => p.getByRole('radio', { name: t('settings.theme.dark') }) },
  { name: 'devices', who: 'person', path: () => '/settings/devices', ready: (p, t) => p.getByText(t('settings.thisDevice')) },
  { name: 'password', who: 'person', path: () => '/settings/password', ready: (p, t) => button(p, t('settings.changePassword')) },
  { name: 'unknown page', who: 'person', path: () => '/nowhere', ready: (p, t) => p.getByText(t('main.unknownPage')) },

  { name: 'administration', who: 'admin', path: () => '/admin', ready: (p, t) => p.getByRole('heading', { name: t('admin.title') }).first() },
  { name: 'accounts', who: 'admin', path: () => '/admin/people', ready: (p, t) => menuOf(p, t).first() },
  { name: 'menu of an account', who: 'admin', path: () => '/admin/people', act: (p, t) => menuOf(p, t).last().click(), ready: (p) => p.getByRole('menu') },
  { name: 'new person', who: 'admin', path: () => '/admin/people', act: (p, t) => button(p, t('admin.create')).click(), ready: (p, t) => p.getByRole('complementary').getByLabel(t('admin.field.name'), { exact: true }) },
  { name: 'roles', who: 'admin', path: () => '/admin/people', act: (p, t) => pick(p, menuOf(p, t).last(), t('admin.roles')), ready: (p) => dialog(p) },
  { name: 'suspending', who: 'admin', path: () => '/admin/people', act: (p, t) => pick(p, menuOf(p, t).last(), t('admin.suspend')), ready: (p) => dialog(p) },
  { name: 'person to change', who: 'admin', path: () => '/admin/people', act: (p) => p.getByRole('main').getByRole('row').last().getByRole('link').click(), ready: (p) => p.getByRole('complementary').getByRole('textbox').first() },
  { name: 'departments', who: 'admin', path: () => '/admin/departments', act: (p) => p.getByRole('treeitem').first().click(), ready: (p) => p.getByRole('complementary') },
  { name: 'positions', who: 'admin', path: () => '/admin/catalogues', ready: (p) => p.getByRole('main').getByRole('row').nth(1) },
  { name: 'import', who: 'admin', path: () => '/admin/import', ready: (p, t) => button(p, t('admin.chooseFile')) },
  { name: 'import with wrong lines', who: 'admin', path: () => '/admin/import', act: (p, t) => preview(p, t, '姓名,登录名,部门\n无名,,x\n'), ready: (p) => p.getByRole('main').getByRole('alert') },
  { name: 'import to confirm', who: 'admin', path: () => '/admin/import', act: (p, t) => preview(p, t, '姓名,登录名,部门\n新人,xinren,/新公司\n'), ready: (p, t) => button(p, t('admin.apply')) },
  { name: 'company settings', who: 'admin', path: () => '/admin/settings', ready: (p, t) => p.getByLabel(t('admin.setting.company_name')) },
  { name: 'audit', who: 'auditor', path: () => '/admin/audit', ready: (p) => p.getByRole('main').getByRole('row').nth(1) },
]

async function mention(page) {
  await composer(page).fill('')
  await composer(page).pressSequentially('@')
}

async function preview(page, t, text) {
  await page.getByLabel(t('admin.chooseFile')).setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await button(page, t('admin.preview')).click()
}

/** visit goes to a place and waits until it is there. Within the client it goes as a link does; what was open before is closed by leaving it. */
export async function visit(page, place, t, w) {
  if (place.who !== 'nobody' && page.url().startsWith(w.server.url)) {
    await go(page, '/nowhere')
    await page.getByText(t('main.unknownPage')).waitFor()
    await go(page, place.path(w))
  } else await page.goto(w.server.url + place.path(w))
  await place.act?.(page, t, w)
  await place.ready(page, t, w).waitFor()
}

const go = (page, path) =>
  page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
