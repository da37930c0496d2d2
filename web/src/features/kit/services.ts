import type { Api } from '../../api/client'
import type { Me, PersonalSettings, PersonID } from '../../api/types'
import type { I18n, Key, Params } from '../../i18n'
import type { Conversations } from '../../model/conversations'
import type { Drafts } from '../../model/drafts'
import type { Later } from '../../model/later'
import type { Messaging } from '../../model/messaging'
import type { People } from '../../model/people'
import type { Preferences } from '../../model/prefs'
import type { Presence } from '../../model/presence'
import type { Receipts } from '../../model/receipts'
import type { Store } from '../../model/store'
import type { ToastList } from '../../model/toasts'
import type { Typing } from '../../model/typing'
import type { SocketState } from '../../sync/socket'
import type { Timers } from '../../sync/timers'
import type { UUIDSource } from '../../sync/uuid'

/** Services is what view models are made of: one bundle per signed-in person, put together in app/compose.ts. */
export interface Services {
  readonly api: Api
  readonly me: PersonID
  readonly account: Store<Me>
  readonly i18n: I18n
  readonly prefs: Preferences
  readonly timers: Timers
  readonly ids: UUIDSource
  readonly connection: Store<SocketState>
  readonly conversations: Conversations
  readonly messaging: Messaging
  readonly people: People
  readonly drafts: Drafts
  readonly typing: Typing
  readonly receipts: Receipts
  /** Who of the conversation on screen is connected. */
  readonly presence: Presence
  readonly later: Later
  readonly toasts: ToastList
  /** Shows what went wrong, in words of the reader's language. */
  readonly fail: (error: unknown) => void
  readonly say: (key: Key, params?: Params) => void
  /** Puts a text on the clipboard, also on plain http. */
  readonly copy: (text: string) => Promise<boolean>
  /** The address of this installation, without a slash at the end: for links to messages. */
  readonly origin: string
  /** Whether the page is looked at: only then things count as read. */
  readonly attentive: Store<boolean>
  /** Carries out a sensitive act; when the server wants the password proved first, asks for it and tries again. */
  readonly withProof: <T>(act: () => Promise<T>) => Promise<T>
  /** A password is asked for by withProof; the shell shows the dialog. */
  readonly proof: Store<ProofRequest | null>
  /** The switcher is open. */
  readonly switching: Store<boolean>
  readonly saveSettings: (change: PersonalSettings) => void
  readonly signOut: () => Promise<void>
  /** Tries to connect now. */
  readonly reconnect: () => void
}

export interface ProofRequest {
  prove(password: string): Promise<void>
  cancel(): void
}
