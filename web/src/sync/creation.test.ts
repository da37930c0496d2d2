import { describe, expect, it } from 'vitest'
import { Creation } from './creation'
import { UUIDSource } from './uuid'

type Body = { name: string; sort: number }

function setup() {
  const sent: (Body & { client_id: string })[] = []
  let lost = false
  let sort = 0
  const creation = new Creation<Body>(
    new UUIDSource(
      () => 1,
      (b) => b.fill(1),
    ),
  )
  const run = (name: string) =>
    creation.run(
      name,
      () => ({ name, sort: ++sort }),
      async (body) => {
        sent.push(body)
        if (lost) throw new Error('no answer')
      },
    )
  return { sent, run, lose: (on: boolean) => (lost = on) }
}

describe('Creation', () => {
  it('repeats the same body under the same id after a lost answer', async () => {
    const { sent, run, lose } = setup()
    lose(true)
    await run('一').catch(() => {})
    lose(false)
    await run('一')
    expect(sent[1]).toEqual(sent[0])
  })

  it('makes another thing after an answer, and when something else is asked for', async () => {
    const { sent, run, lose } = setup()
    await run('一')
    lose(true)
    await run('一').catch(() => {})
    await run('二').catch(() => {})
    await run('一').catch(() => {})
    expect(new Set(sent.map((b) => b.client_id)).size).toBe(4)
    expect(sent.map((b) => b.sort)).toEqual([1, 2, 3, 4])
  })
})
