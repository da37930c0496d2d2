import { type AdminPerson, admin, type Handover } from '../../api/admin'
import type { Brief } from '../../api/types'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'

export interface DepartSnapshot {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly handover: Handover | undefined
  /** Who takes over; null leaves it to the rule. */
  readonly heir: Brief | null
  readonly busy: boolean
}

/** DepartViewModel records that a person leaves: what she owns alone, and who gets it. */
export class DepartViewModel extends ViewModel<DepartSnapshot> {
  constructor(
    private readonly s: Pick<Services, 'api' | 'fail' | 'say' | 'withProof'>,
    private readonly person: Pick<AdminPerson, 'id'>,
  ) {
    super({ state: 'loading', handover: undefined, heir: null, busy: false })
  }

  override start(): () => void {
    void this.load()
    return () => {}
  }

  load = async (): Promise<void> => {
    this.merge({ state: 'loading' })
    try {
      this.merge({ handover: await admin.handover(this.s.api, this.person.id), state: 'ready' })
    } catch {
      this.merge({ state: 'failed' })
    }
  }

  choose = (heir: Brief | null): void => this.merge({ heir })

  depart = async (): Promise<boolean> => {
    this.merge({ busy: true })
    try {
      await this.s.withProof(() => admin.depart(this.s.api, this.person.id, this.snapshot.heir?.id))
      this.s.say('admin.done')
      return true
    } catch (e) {
      this.s.fail(e)
      return false
    } finally {
      this.merge({ busy: false })
    }
  }
}
