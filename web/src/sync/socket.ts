import { type ApiError, NetworkError, problemOf } from '../api/client'
import type { Hello } from '../api/types'
import { pauseBefore, shortestPause, type Timers } from './timers'

/** What of a WebSocket the sync layer uses. */
export interface Wire {
  send(text: string): void
  close(code?: number): void
  onopen: (() => void) | null
  onmessage: ((e: { data: unknown }) => void) | null
  onclose: ((e: { code: number; reason: string }) => void) | null
}

export type SocketState =
  | { phase: 'connecting' }
  | { phase: 'online' }
  /** until: when the next try begins, in milliseconds of the clock. */
  | { phase: 'waiting'; until: number }
  | { phase: 'stopped'; why: 'not_authenticated' | 'session_ended' | 'protocol' | 'closed' }

export interface SocketOptions {
  dial: () => Wire
  timers: Timers
  /** Asked when a connection was refused before it opened: is the session still good? False stops trying. */
  stillSignedIn: () => Promise<boolean>
  /** Takes over what changed; the connection counts, and its cursor is kept, when this is done. A failure connects again. */
  onHello: (hello: Hello) => Promise<void>
  onEvent: (event: string, data: unknown) => void
  onState: (state: SocketState) => void
}

const finalCodes: Record<number, 'not_authenticated' | 'session_ended' | 'protocol'> = {
  4001: 'not_authenticated',
  4002: 'session_ended',
  4004: 'protocol',
}

const openTimeout = 10_000 // ms; a network that swallows packets says nothing at all
const replyTimeout = 15_000 // ms; a server that takes longer is as good as gone
const pingEvery = 25_000 // ms of silence; shorter than the 30–60 s after which proxies cut idle connections

/** Socket keeps one connection alive: hello with the last cursor, replies matched by id, reconnection by close code. */
export class Socket {
  #wire: Wire | null = null
  #state: SocketState = { phase: 'stopped', why: 'closed' }
  #cursor: string | null = null
  #nextId = 1
  #attempt = 0
  #pending = new Map<number, { resolve: (ok: unknown) => void; reject: (e: Error) => void; cancel: () => void }>()
  /** The next try is not to be earlier than this, whoever wakes it: milliseconds of the clock. */
  #notBefore = 0
  #cancelRetry: () => void = () => {}
  #cancelOpen: () => void = () => {}
  #cancelPing: () => void = () => {}
  #opened = false

  constructor(private readonly o: SocketOptions) {}

  get state(): SocketState {
    return this.#state
  }

  get online(): boolean {
    return this.#state.phase === 'online'
  }

  start(): void {
    if (this.#state.phase === 'stopped') this.#connect()
  }

  stop(): void {
    this.#end({ phase: 'stopped', why: 'closed' }, 1000)
  }

  /**
   * Tries now instead of waiting: the network came back, the window was opened, somebody sends. A network that only just
   * came back fails once more easily, so the pauses begin anew; a try that only just failed is not repeated in the same moment.
   */
  wake(): void {
    if (this.#state.phase === 'waiting') {
      this.#attempt = 0
      const rest = this.#notBefore - this.o.timers.now()
      if (rest > 0) this.#retryIn(rest)
      else this.#connect()
    } else if (this.online) this.#ping()
  }

  /** Sends an operation; rejects with ApiError when refused, with NetworkError when the reply never came. */
  request<T>(op: string, input: unknown): Promise<T> {
    if (!this.online) return Promise.reject(new NetworkError(op))
    return this.#request<T>(op, input)
  }

  /** Sends an operation that has no reply; lost when offline. */
  tell(op: string, input: unknown): void {
    if (this.online) this.#wire?.send(JSON.stringify({ id: this.#nextId++, op, in: input }))
  }

  #request<T>(op: string, input: unknown): Promise<T> {
    const id = this.#nextId++
    return new Promise<T>((resolve, reject) => {
      const cancel = this.o.timers.after(replyTimeout, () => {
        this.#pending.delete(id)
        reject(new NetworkError(op))
        this.#lost(1006, '') // half open: nothing else will come either
      })
      this.#pending.set(id, { resolve: resolve as (ok: unknown) => void, reject, cancel })
      this.#wire?.send(JSON.stringify({ id, op, in: input }))
    })
  }

  #connect(): void {
    this.#cancelRetry()
    this.#set({ phase: 'connecting' })
    this.#opened = false
    this.#notBefore = this.o.timers.now() + shortestPause
    const wire = this.o.dial()
    this.#wire = wire
    this.#cancelOpen = this.o.timers.after(openTimeout, () => this.#lost(1006, ''))
    wire.onopen = () => {
      this.#cancelOpen()
      this.#opened = true
      this.#greet(wire).catch(() => {
        if (this.#wire === wire) this.#lost(1006, '')
      })
    }
    wire.onmessage = (e) => {
      if (this.#wire === wire) this.#receive(e.data)
    }
    wire.onclose = (e) => {
      if (this.#wire === wire) this.#lost(e.code, e.reason)
    }
  }

  /** Says hello; only what was taken over is not asked for again by the next connection. */
  async #greet(wire: Wire): Promise<void> {
    const hello = await this.#request<Hello>('hello', { since: this.#cursor })
    this.#set({ phase: 'online' })
    this.#ping(pingEvery)
    await this.o.onHello(hello)
    if (this.#wire !== wire) return
    this.#cursor = hello.cursor
    this.#attempt = 0
  }

  #receive(data: unknown): void {
    if (typeof data !== 'string') return
    let frame: { id?: number; ok?: unknown; error?: { status?: number }; event?: string; data?: unknown }
    try {
      frame = JSON.parse(data)
    } catch {
      return // a frame nobody can read is no reason to fall over; a gap in rev will show what it was
    }
    this.#ping(pingEvery)
    if (typeof frame.event === 'string') {
      this.o.onEvent(frame.event, frame.data)
      return
    }
    const waiting = frame.id === undefined ? undefined : this.#pending.get(frame.id)
    if (!waiting || frame.id === undefined) return
    this.#pending.delete(frame.id)
    waiting.cancel()
    if (frame.error) waiting.reject(problemOf(frame.error.status ?? 500, frame.error) satisfies ApiError)
    else waiting.resolve(frame.ok)
  }

  #ping(after = 0): void {
    this.#cancelPing()
    this.#cancelPing = this.o.timers.after(after, () => {
      if (this.online) this.#request('ping', {}).catch(() => {})
    })
  }

  /** What the close codes ask for: 4001, 4002 and 4004 are final, all others reconnect. */
  #lost(code: number, reason: string): void {
    const refused = !this.#opened
    const final = finalCodes[code]
    if (final) {
      this.#end({ phase: 'stopped', why: final })
      return
    }
    this.#drop()
    this.#retryIn(this.#pause(code, Number(/\d+/.exec(reason)?.[0] ?? 0)))
    if (refused) {
      this.o.stillSignedIn().then(
        (good) => {
          if (!good && this.#state.phase !== 'online') this.#end({ phase: 'stopped', why: 'not_authenticated' })
        },
        () => {},
      )
    }
  }

  /** The pause in ms before the next try; seconds is what the server asked for with the close code, 0 when it named nothing. */
  #pause(code: number, seconds: number): number {
    const random = this.o.timers.random()
    const attempt = this.#attempt++
    if (code === 4008) {
      const wait = Math.max(1, seconds || 5) * 1000
      this.#notBefore = this.o.timers.now() + wait
      return Math.round(wait + random * 1000)
    }
    // Everybody is sent away at once: the server says over how long to spread.
    if (code === 4000 && seconds > 1) return Math.round(shortestPause + random * (seconds * 1000 - shortestPause))
    return pauseBefore(attempt, random)
  }

  #retryIn(wait: number): void {
    this.#cancelRetry()
    this.#set({ phase: 'waiting', until: this.o.timers.now() + wait })
    this.#cancelRetry = this.o.timers.after(wait, () => this.#connect())
  }

  #drop(closeCode?: number): void {
    this.#cancelPing()
    this.#cancelRetry()
    this.#cancelOpen()
    const wire = this.#wire
    this.#wire = null
    if (wire) {
      wire.onopen = wire.onmessage = wire.onclose = null
      try {
        wire.close(closeCode)
      } catch {
        // Closing twice is harmless.
      }
    }
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const p of pending) {
      p.cancel()
      p.reject(new NetworkError('connection lost'))
    }
  }

  #end(state: SocketState, closeCode?: number): void {
    this.#drop(closeCode)
    this.#set(state)
  }

  #set(state: SocketState): void {
    this.#state = state
    this.o.onState(state)
  }
}
