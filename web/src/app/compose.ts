import { type Api, ApiError } from '../api/client'
import { sessions } from '../api/sessions'
import type { Hello, LaterChange, Me } from '../api/types'
import { errorText } from '../features/kit/errors'
import type { ProofRequest, Services } from '../features/kit/services'
import type { I18n } from '../i18n'
import { Conversations } from '../model/conversations'
import { Drafts } from '../model/drafts'
import { Later } from '../model/later'
import { Messaging } from '../model/messaging'
import { briefOf, People } from '../model/people'
import type { Preferences } from '../model/prefs'
import { Presence } from '../model/presence'
import { Receipts } from '../model/receipts'
import { Store } from '../model/store'
import { ToastList } from '../model/toasts'
import { Typing } from '../model/typing'
import { Socket, type SocketState, type Wire } from '../sync/socket'
import { openStorage } from '../sync/storage'
import { systemTimers as timers } from '../sync/timers'
import { UUIDSource } from '../sync/uuid'
import { attention, copy } from './browser'

export interface ComposeOptions {
  api: Api
  me: Me
  i18n: I18n
  prefs: Preferences
  /** The session is over: back to the door. */
  /** ended: the session is over, she did not sign out herself. */
  onSignedOut: (ended: boolean) => void
}

/** compose puts together everything for one signed-in person and connects. */
export async function compose({ api, me, i18n, prefs, onSignedOut }: ComposeOptions): Promise<Services> {
  const storage = await openStorage(globalThis.indexedDB, `xinshu-${me.person.id}`)
  const ids = new UUIDSource(timers.now, (bytes) => crypto.getRandomValues(bytes))
  const connection = new Store<SocketState>({ phase: 'connecting' })
  const conversations = new Conversations(me.person.id)
  const people = new People()
  people.learn([briefOf(me.person)])
  const typing = new Typing(timers)
  const receipts = new Receipts(api)
  const presence = new Presence()
  const drafts = new Drafts(storage, timers)
  const toasts = new ToastList(timers)
  const fail = (error: unknown) => toasts.show('error', errorText(error, i18n))
  const account = new Store(me)
  const later = new Later(api, (n) => toasts.show('info', i18n.t('later.dueNow', { n })))

  const socket = new Socket({
    dial: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/stream`, 'xinshu.v1') as unknown as Wire,
    timers,
    stillSignedIn: () =>
      sessions.me(api).then(
        () => true,
        (e) => !(e instanceof ApiError && e.status === 401),
      ),
    onHello: (hello: Hello) => {
      later.connected().catch(() => {}) // the next event or connection brings it
      return messaging.connected(hello)
    },
    onEvent: (event, data) => {
      if (event === 'later') later.event(data as LaterChange)
      else messaging.follower.event(event, data)
    },
    onState: (state) => {
      connection.set(state)
      if (state.phase !== 'online') messaging.disconnected()
      if (state.phase === 'stopped' && (state.why === 'not_authenticated' || state.why === 'session_ended')) onSignedOut(true)
    },
  })
  const messaging = new Messaging({ api, socket, storage, timers, ids, conversations, people, typing, receipts, presence })

  const proof = new Store<ProofRequest | null>(null)
  const withProof = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (e) {
      if (!(e instanceof ApiError && e.code === 'reauth_required')) throw e
      await new Promise<void>((resolve, reject) => {
        const done = () => proof.set(null)
        proof.set({
          prove: async (password) => {
            await sessions.prove(api, password)
            done()
            resolve()
          },
          cancel: () => {
            done()
            reject(e)
          },
        })
      })
      return act()
    }
  }

  await Promise.all([drafts.load(), messaging.outbox.load()])
  socket.start()
  window.addEventListener('online', () => socket.wake())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') socket.wake()
  })

  return {
    api,
    me: me.person.id,
    account,
    i18n,
    prefs,
    timers,
    ids,
    connection,
    conversations,
    messaging,
    people,
    drafts,
    typing,
    receipts,
    presence,
    later,
    toasts,
    fail,
    say: (key, params) => toasts.show('info', i18n.t(key, params)),
    copy,
    origin: location.origin,
    attentive: attention(),
    withProof,
    proof,
    switching: new Store(false),
    saveSettings: (change) => {
      sessions.saveSettings(api, change).catch(fail)
    },
    signOut: async () => {
      await sessions.signOut(api).catch(() => {}) // without a connection the cookie stays; the page forgets all the same
      socket.stop()
      storage.close()
      onSignedOut(false)
    },
    reconnect: () => socket.wake(),
  }
}
