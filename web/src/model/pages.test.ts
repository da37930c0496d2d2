import { describe, expect, it } from 'vitest'
import { Pages } from './pages'

const page = (items: string[], next_cursor: string | null = null) => ({ items, next_cursor })

/** A server that answers when the test says so. */
function slow() {
  const open: { cursor: string | undefined; answer: (p: ReturnType<typeof page>) => void; fail: () => void }[] = []
  const load = (cursor: string | undefined) =>
    new Promise<ReturnType<typeof page>>((answer, reject) => {
      open.push({ cursor, answer, fail: () => reject(new Error('down')) })
    })
  return { open, load }
}
const settle = () => new Promise<void>((done) => setTimeout(done, 0))

describe('Pages', () => {
  it('keeps the newer answer when the older one comes later', async () => {
    const { open, load } = slow()
    const pages = new Pages<string>()
    void pages.read(load)
    void pages.read(load)
    open[1]?.answer(page(['new']))
    await settle()
    open[0]?.answer(page(['old'], 'x'))
    await settle()
    expect(pages.store.value).toEqual({ items: ['new'], state: 'ready', more: false, next: 'idle' })
  })

  it('does not append a page of an older list', async () => {
    const { open, load } = slow()
    const pages = new Pages<string>()
    void pages.read(load)
    open[0]?.answer(page(['a'], 'c'))
    await settle()
    void pages.next()
    void pages.read(load)
    open[2]?.answer(page(['b']))
    open[1]?.answer(page(['a2']))
    await settle()
    expect(pages.store.value.items).toEqual(['b'])
  })

  it('keeps the list when the next page fails, and tries again', async () => {
    const { open, load } = slow()
    const pages = new Pages<string>()
    void pages.read(load)
    open[0]?.answer(page(['a'], 'c'))
    await settle()
    void pages.next()
    void pages.next() // one question at a time
    expect(open.length).toBe(2)
    open[1]?.fail()
    await settle()
    expect(pages.store.value).toEqual({ items: ['a'], state: 'ready', more: true, next: 'failed' })
    void pages.next()
    expect(open[2]?.cursor).toBe('c')
    open[2]?.answer(page(['b']))
    await settle()
    expect(pages.store.value).toEqual({ items: ['a', 'b'], state: 'ready', more: false, next: 'idle' })
  })

  it('reloads as much as was read, and shows it at once', async () => {
    const { open, load } = slow()
    const pages = new Pages<string>()
    void pages.read(load)
    open[0]?.answer(page(['a'], '1'))
    await settle()
    void pages.next()
    open[1]?.answer(page(['b'], '2'))
    await settle()
    void pages.reload()
    open[2]?.answer(page(['A'], '1'))
    await settle()
    expect(pages.store.value.items).toEqual(['a', 'b'])
    open[3]?.answer(page(['B'], '2'))
    await settle()
    expect(pages.store.value).toEqual({ items: ['A', 'B'], state: 'ready', more: true, next: 'idle' })
  })

  it('says that the first page failed, and recovers', async () => {
    const { open, load } = slow()
    const pages = new Pages<string>()
    void pages.read(load)
    open[0]?.fail()
    await settle()
    expect(pages.store.value.state).toBe('failed')
    void pages.reload()
    expect(pages.store.value.state).toBe('loading')
    open[1]?.answer(page(['a']))
    await settle()
    expect(pages.store.value.state).toBe('ready')
  })
})
