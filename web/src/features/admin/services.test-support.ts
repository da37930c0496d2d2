import type { Key } from '../../i18n'
import { Conversations } from '../../model/conversations'
import { People } from '../../model/people'
import { fakeApi, ManualTimers } from '../../sync/testing.test-support'
import { UUIDSource } from '../../sync/uuid'

type Answer = (method: string, path: string, options: { query?: Record<string, unknown>; body?: unknown }) => unknown

/** services are what the view models of the administration are made of, around a server that the test plays. */
export function services(answer: Answer) {
  const said: Key[] = []
  const failed: unknown[] = []
  const api = fakeApi((method, path, options) => answer(method, path, options as Parameters<Answer>[2]))
  const timers = new ManualTimers()
  const s = {
    api,
    timers,
    people: new People(),
    conversations: new Conversations('ME'),
    ids: new UUIDSource(timers.now, (n) => new Uint8Array(n)),
    say: (key: Key) => void said.push(key),
    fail: (e: unknown) => void failed.push(e),
    withProof: <T>(act: () => Promise<T>) => act(),
  }
  return { s, api, timers, said, failed }
}

export const list = <T>(items: T[], next_cursor: string | null = null) => ({ items, next_cursor })

/** A promise that the test answers. */
export function pending<T>() {
  let answer: (v: T) => void = () => {}
  let fail: (e: unknown) => void = () => {}
  const promise = new Promise<T>((resolve, reject) => {
    answer = resolve
    fail = reject
  })
  return { promise, answer, fail }
}
