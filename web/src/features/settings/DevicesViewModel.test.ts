import { describe, expect, it } from 'vitest'
import { NetworkError } from '../../api/client'
import type { SessionInfo } from '../../api/types'
import { fakeApi, settle } from '../../sync/testing.test-support'
import type { Services } from '../kit/services'
import { DevicesViewModel } from './DevicesViewModel'

const session = (id: string, seen: string, current = false) => ({ id, seen_at: seen, current }) as SessionInfo

async function setup(refuse = '') {
  let sessions = [session('OLD', '2026-11-01'), session('HERE', '2026-11-30', true), session('NEW', '2026-11-20')]
  const failures: unknown[] = []
  const api = fakeApi((method, path) => {
    if (method === 'GET') return { items: sessions, next_cursor: null }
    if (path.endsWith(refuse) && refuse) throw new NetworkError('gone')
    sessions = sessions.filter((s) => !path.endsWith(s.id))
    return undefined
  })
  const services = { api, withProof: <T>(act: () => Promise<T>) => act(), fail: (e: unknown) => failures.push(e) }
  const vm = new DevicesViewModel(services as unknown as Services)
  vm.start()
  await settle()
  return { vm, failures }
}

describe('DevicesViewModel', () => {
  it('tells this device from the others, the newest first', async () => {
    const { vm } = await setup()
    expect(vm.snapshot.here?.id).toBe('HERE')
    expect(vm.snapshot.others.map((x) => x.id)).toEqual(['NEW', 'OLD'])
  })

  it('ends all others and keeps this one', async () => {
    const { vm, failures } = await setup()
    await vm.endOthers()
    expect(vm.snapshot).toMatchObject({ state: 'ready', others: [], here: { id: 'HERE' } })
    expect(failures).toEqual([])
  })

  it('shows what is left when one could not be ended', async () => {
    const { vm, failures } = await setup('OLD')
    await vm.endOthers()
    expect(vm.snapshot.others.map((x) => x.id)).toEqual(['OLD'])
    expect(vm.snapshot.busy.size).toBe(0)
    expect(failures).toHaveLength(1)
  })
})
