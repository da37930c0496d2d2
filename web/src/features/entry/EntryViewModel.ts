import type { Api } from '../../api/client'
import { type Device, sessions } from '../../api/sessions'
import type { I18n } from '../../i18n'
import { errorText } from '../kit/errors'
import { ViewModel } from '../kit/ViewModel'

/** How somebody comes in: with a password, by the first set-up, or by a one-time link. */
export type EntryKind = 'login' | 'setup' | 'link'

export interface EntrySnapshot {
  readonly kind: EntryKind
  /** checking: the link is being looked at · broken: it does not count (any more). */
  readonly phase: 'checking' | 'form' | 'busy' | 'broken' | 'done'
  readonly linkKind: string
  readonly name: string
  readonly error: string
  /** The session ended by itself; said once above the form. */
  readonly ended: boolean
  /** The company's name; "" until it is known, or has none. */
  readonly company: string
  /** Nobody can sign in yet: the first administrator has not opened the set-up link. */
  readonly waiting: boolean
}

export interface EntryForm {
  readonly login: string
  readonly name: string
  readonly company: string
  readonly password: string
  readonly again: string
}

export interface EntryOptions {
  api: Api
  i18n: I18n
  device: Device
  kind: EntryKind
  /** The secret of a set-up or one-time link, from the fragment of the address: fragments are never sent or logged. */
  token: string
  ended: boolean
  onDone: () => void
}

const shortest = 8 // code points of a password, as the server has it

export class EntryViewModel extends ViewModel<EntrySnapshot> {
  constructor(private readonly o: EntryOptions) {
    super({
      kind: o.kind,
      phase: o.kind === 'login' ? 'form' : 'checking',
      linkKind: '',
      name: '',
      error: '',
      ended: o.ended,
      company: '',
      waiting: false,
    })
  }

  override start(): () => void {
    if (this.o.kind !== 'login') void this.#look()
    if (this.o.kind !== 'setup') void this.#introduce()
    return () => {}
  }

  submit = async (form: EntryForm): Promise<void> => {
    if (this.snapshot.phase === 'busy') return
    const problem = this.#problem(form)
    if (problem) {
      this.merge({ error: problem })
      return
    }
    this.merge({ phase: 'busy', error: '' })
    const { api, kind, token, device } = this.o
    try {
      if (kind === 'login') await sessions.signIn(api, form.login.trim(), form.password, device)
      else if (kind === 'link') await sessions.redeem(api, token, form.password, device)
      else {
        await sessions.setup(api, {
          token,
          login: form.login.trim(),
          name: form.name.trim(),
          company: form.company.trim(),
          password: form.password,
          device,
        })
      }
      this.merge({ phase: 'done' })
      this.o.onDone()
    } catch (e) {
      this.merge({ phase: 'form', error: errorText(e, this.o.i18n) })
    }
  }

  async #look(): Promise<void> {
    const { api, kind, token } = this.o
    try {
      if (kind === 'setup') {
        const { open } = await sessions.setupOpen(api)
        this.merge({ phase: open && token !== '' ? 'form' : 'broken' })
      } else {
        const link = await sessions.link(api, token)
        this.merge({ phase: 'form', linkKind: link.kind, name: link.name })
      }
    } catch (e) {
      this.merge({ phase: 'broken', error: errorText(e, this.o.i18n) })
    }
  }

  /** Whose server this is. The page works without knowing. */
  async #introduce(): Promise<void> {
    const { open, company } = await sessions.setupOpen(this.o.api).catch(() => ({ open: false, company: '' }))
    this.merge({ company, waiting: open })
  }

  #problem(form: EntryForm): string {
    const { t } = this.o.i18n
    const { kind } = this.o
    if (kind === 'login') return form.login.trim() === '' || form.password === '' ? t('entry.fillIn') : ''
    if (kind === 'setup' && [form.login, form.name, form.company].some((x) => x.trim() === '')) return t('entry.fillIn')
    if ([...form.password].length < shortest) return t('entry.passwordShort')
    return form.password === form.again ? '' : t('entry.passwordDiffers')
  }
}
