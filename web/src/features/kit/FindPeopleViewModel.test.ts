import { describe, expect, it } from 'vitest'
import { NetworkError } from '../../api/client'
import { fakeApi, ManualTimers, settle } from '../../sync/testing.test-support'
import { type FindPeopleOptions, FindPeopleViewModel } from './FindPeopleViewModel'

function setup(options: Partial<FindPeopleOptions> = {}) {
  let fails = false
  const api = fakeApi((_, __, { query }) => {
    if (fails) throw new NetworkError('/people')
    return { items: [{ id: 'ME' }, { id: String(query?.q) }], next_cursor: null }
  })
  const timers = new ManualTimers()
  const vm = new FindPeopleViewModel({ api, timers }, { limit: 8, ...options })
  const stop = vm.start()
  const found = () => vm.snapshot.found?.map((p) => p.id)
  return { vm, api, timers, stop, found, fail: (now: boolean) => (fails = now) }
}

describe('FindPeopleViewModel', () => {
  it('asks once the writer rests, for what stands there then', async () => {
    const { vm, api, timers, found } = setup()
    await timers.pass(1_000)
    expect(api.asked).toEqual([])
    for (const q of ['z', 'zh', ' zhang ']) {
      vm.write(q)
      await timers.pass(50)
    }
    expect(api.asked).toEqual([])
    await timers.pass(100)
    expect(api.asked).toEqual(['GET /people?limit=8&q=zhang'])
    expect(found()).toEqual(['ME', 'zhang'])
    vm.write('')
    expect(found()).toBeUndefined()
  })

  it('offers people from the beginning where it is to, but never who cannot be chosen', async () => {
    const { timers, found } = setup({ eager: true, without: 'ME' })
    await timers.pass(0)
    expect(found()).toEqual([''])
  })

  it('says why there is no answer, and forgets it with the next one', async () => {
    const { vm, timers, found, fail } = setup()
    fail(true)
    vm.write('a')
    await timers.pass(200)
    expect(vm.snapshot.failure).toBeInstanceOf(NetworkError)
    expect(found()).toBeUndefined()
    fail(false)
    vm.write('ab')
    await timers.pass(200)
    expect(vm.snapshot).toMatchObject({ failure: undefined, found: [{ id: 'ME' }, { id: 'ab' }] })
  })

  it('takes no answer to an older question, and none after its end', async () => {
    const { vm, timers, stop, found } = setup()
    vm.write('a')
    await timers.pass(119)
    vm.write('b')
    await timers.pass(200)
    expect(found()).toEqual(['ME', 'b'])
    vm.write('c')
    stop()
    await timers.pass(200)
    await settle()
    expect(found()).toEqual(['ME', 'b'])
  })
})
