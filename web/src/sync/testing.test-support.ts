import type { Api, RequestOptions } from '../api/client'
import type { Wire } from './socket'
import type { Timers } from './timers'

// What tests put in place of the outside world: time, the network, the server's answers. Not imported by the product.

/** ManualTimers stand still until a test moves them. */
export class ManualTimers implements Timers {
  #now = 1_750_000_000_000
  #jobs: { at: number; fn: () => void }[] = []
  random = () => 0.5
  now = () => this.#now

  after(ms: number, fn: () => void): () => void {
    const job = { at: this.#now + ms, fn }
    this.#jobs.push(job)
    return () => {
      this.#jobs = this.#jobs.filter((j) => j !== job)
    }
  }

  /** Moves time on, carrying out what falls due in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const next = this.#jobs.filter((j) => j.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#jobs = this.#jobs.filter((j) => j !== next)
      this.#now = Math.max(this.#now, next.at)
      next.fn()
      await settle()
    }
    this.#now = end
    await settle()
  }
}

/** settle lets promises that are ready run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

/** FakeWire is the client's end of a connection whose other end the test holds. */
export class FakeWire implements Wire {
  onopen: (() => void) | null = null
  onmessage: ((e: { data: unknown }) => void) | null = null
  onclose: ((e: { code: number; reason: string }) => void) | null = null
  readonly sent: { id: number; op: string; in: Record<string, unknown> }[] = []
  closed = false

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.closed = true
  }

  last(op: string): { id: number; op: string; in: Record<string, unknown> } | undefined {
    return this.sent.findLast((f) => f.op === op)
  }
  ok(id: number, ok: unknown = {}): void {
    this.onmessage?.({ data: JSON.stringify({ id, ok }) })
  }
  refuse(id: number, code: string, status = 400, more: object = {}): void {
    this.onmessage?.({ data: JSON.stringify({ id, error: { status, code, title: code, ...more } }) })
  }
  event(event: string, data: unknown): void {
    this.onmessage?.({ data: JSON.stringify({ event, data }) })
  }
  drop(code: number, reason = ''): void {
    this.onclose?.({ code, reason })
  }
}

/** fakeApi answers requests from a function; it notes what was asked. */
export function fakeApi(answer: (method: string, path: string, options: RequestOptions) => unknown): Api & { asked: string[] } {
  const asked: string[] = []
  const call =
    (method: string) =>
    async <T>(path: string, options: RequestOptions = {}): Promise<T> => {
      asked.push(`${method} ${path}${options.query ? `?${new URLSearchParams(options.query as Record<string, string>)}` : ''}`)
      return (await answer(method, path, options)) as T
    }
  return { asked, get: call('GET'), post: call('POST'), put: call('PUT'), patch: call('PATCH'), delete: call('DELETE') }
}
