import { type I18n, type Key, type Locale, locales } from '../../i18n'
import type { EntryForm, EntryViewModel } from './EntryViewModel'
import css from './entry.module.css'

// The pages before signing in are plain DOM: React alone weighs more than the whole of them may (60 KB).

export interface EntryViewOptions {
  root: HTMLElement
  vm: EntryViewModel
  i18n: I18n
  onLocale: (locale: Locale) => void
}

type Attributes = Record<string, string | boolean | EventListener>

/** h makes an element; attributes whose value is a function are listeners. */
function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') el.addEventListener(name, value)
    else if (typeof value === 'boolean') el.toggleAttribute(name, value)
    else el.setAttribute(name, value)
  }
  el.append(...children)
  return el
}

const svg = 'http://www.w3.org/2000/svg'

function mark(): Element {
  const el = document.createElementNS(svg, 'svg')
  el.setAttribute('viewBox', '0 0 32 32')
  el.setAttribute('class', css.mark ?? '')
  el.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(svg, 'path')
  path.setAttribute('d', 'M9 9.5h14M16 9.5v2.9M16 19.6v2.9M9 22.5h14M19.6 16a3.6 3.6 0 1 1-7.2 0 3.6 3.6 0 0 1 7.2 0Z')
  el.append(path)
  return el
}

/** mountEntry shows the page and returns what takes it away. */
export function mountEntry({ root, vm, i18n, onLocale }: EntryViewOptions): () => void {
  const t = i18n.t
  const values = new Map<string, string>()

  const field = (name: keyof EntryForm, label: Key, type: string, autocomplete: string, hint?: Key) => {
    const input = h('input', {
      id: `entry-${name}`,
      name,
      type,
      autocomplete,
      required: true,
      class: css.input ?? '',
      ...(hint ? { 'aria-describedby': `entry-${name}-hint` } : {}),
      ...(type === 'text' ? { autocapitalize: 'off', spellcheck: 'false' } : {}),
      input: () => values.set(name, input.value),
    })
    input.value = values.get(name) ?? ''
    const parts: Node[] = [h('label', { for: `entry-${name}`, class: css.label ?? '' }, t(label)), input]
    if (hint) parts.push(h('p', { id: `entry-${name}-hint`, class: css.hint ?? '' }, t(hint)))
    return h('div', { class: css.field ?? '' }, ...parts)
  }

  const submit = (e: Event) => {
    e.preventDefault()
    const form = e.currentTarget as HTMLFormElement
    const read = (name: string) => (form.elements.namedItem(name) as HTMLInputElement | null)?.value ?? ''
    void vm.submit({
      login: read('login'),
      name: read('name'),
      company: read('company'),
      password: read('password'),
      again: read('again'),
    })
  }

  const fields = (): Node[] => {
    const { kind } = vm.snapshot
    if (kind === 'login') {
      return [
        field('login', 'entry.login', 'text', 'username', 'entry.accountHint'),
        field('password', 'entry.password', 'password', 'current-password'),
      ]
    }
    const twice = [
      field('password', 'entry.newPassword', 'password', 'new-password', 'entry.passwordHint'),
      field('again', 'entry.passwordAgain', 'password', 'new-password'),
    ]
    if (kind === 'link') return twice
    return [
      field('company', 'entry.company', 'text', 'organization'),
      field('name', 'entry.name', 'text', 'name'),
      field('login', 'entry.loginName', 'text', 'username', 'entry.loginHint'),
      ...twice,
    ]
  }

  const texts = (): { title: string; lead: string; act: string } => {
    const { kind, linkKind, name, ended, waiting } = vm.snapshot
    if (kind === 'login') {
      const lead = waiting ? t('entry.waiting') : ended ? t('entry.ended') : t('entry.lead')
      return { title: t('entry.title'), lead, act: t('entry.signIn') }
    }
    if (kind === 'setup') return { title: t('entry.setupTitle'), lead: t('entry.setupLead'), act: t('entry.setupAct') }
    if (linkKind === 'reset')
      return { title: t('entry.resetTitle'), lead: t('entry.resetLead', { name }), act: t('entry.resetAct') }
    return { title: t('entry.activateTitle', { name }), lead: t('entry.activateLead'), act: t('entry.activateAct') }
  }

  const body = (): Node[] => {
    const { phase, error, kind } = vm.snapshot
    if (phase === 'checking') return [h('p', { class: css.lead ?? '', role: 'status' }, t('common.loading'))]
    if (phase === 'broken') {
      return [
        h('h1', { class: css.title ?? '' }, t('entry.brokenTitle')),
        h('p', { class: css.lead ?? '' }, t(kind === 'setup' ? 'entry.setupClosed' : 'entry.brokenText')),
        h('a', { href: '/login', class: css.link ?? '' }, t('entry.toLogin')),
      ]
    }
    const { title, lead, act } = texts()
    const busy = phase === 'busy' || phase === 'done'
    return [
      h('h1', { class: css.title ?? '' }, title),
      h('p', { class: css.lead ?? '', id: 'entry-lead' }, lead),
      h(
        'form',
        { class: css.form ?? '', submit, novalidate: true },
        ...fields(),
        h('p', { class: css.error ?? '', role: 'alert' }, error),
        h(
          'button',
          { type: 'submit', class: css.button ?? '', disabled: busy, 'aria-busy': String(busy) },
          busy ? t('entry.busy') : act,
        ),
      ),
    ]
  }

  const languages = () =>
    h(
      'div',
      { class: css.languages ?? '', role: 'group', 'aria-label': t('settings.language') },
      ...locales.map((l) =>
        h(
          'button',
          {
            type: 'button',
            lang: l.id,
            class: css.language ?? '',
            'aria-pressed': String(l.id === i18n.locale),
            click: () => onLocale(l.id),
          },
          l.name,
        ),
      ),
    )

  /** Who one signs in to: the company, where it is known. */
  const owner = () => (!vm.snapshot.waiting && vm.snapshot.company) || t('app.name')

  let shape = ''
  const render = () => {
    const { phase, error } = vm.snapshot
    document.title = owner()
    const next = `${phase === 'busy' || phase === 'done' ? 'form' : phase} ${i18n.locale} ${i18n.version}`
    const form = root.querySelector('form')
    if (next === shape && form) {
      // The same form: only what it says changes, the focus and what was typed stay.
      const busy = phase !== 'form'
      const alert = form.querySelector('[role=alert]')
      const button = form.querySelector('button')
      const lead = root.querySelector('#entry-lead')
      const brand = root.querySelector('#entry-owner')
      if (alert) alert.textContent = error
      if (lead) lead.textContent = texts().lead
      if (brand) brand.textContent = owner()
      if (button) {
        button.disabled = busy
        button.setAttribute('aria-busy', String(busy))
        button.textContent = busy ? t('entry.busy') : texts().act
      }
      if (error) form.querySelector<HTMLInputElement>('input[type=password]')?.focus()
      return
    }
    shape = next
    root.replaceChildren(
      h(
        'div',
        { class: css.page ?? '' },
        h(
          'main',
          { class: css.card ?? '' },
          h('div', { class: css.brand ?? '' }, mark(), h('span', { id: 'entry-owner' }, owner())),
          ...body(),
          ...(window.isSecureContext === false ? [h('p', { class: css.insecure ?? '', role: 'note' }, t('entry.insecure'))] : []),
        ),
        languages(),
      ),
    )
    root.querySelector<HTMLInputElement>('input')?.focus()
  }

  const ends = [vm.subscribe(render), i18n.subscribe(render), vm.start()]
  render()
  return () => {
    for (const end of ends) end()
    root.replaceChildren()
  }
}
