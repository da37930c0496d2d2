import { useServices, useStore, useT } from '../kit/hooks'
import { Insecure } from './Insecure'
import { Section } from './Section'
import css from './SettingsPage.module.css'

/** About: whose installation this is and which version runs. */
export function About() {
  const t = useT()
  const s = useServices()
  const { company, person, version } = useStore(s.account)
  const facts = [
    [t('settings.company'), company.name],
    [t('settings.account'), person.login ?? person.name],
    [t('settings.address'), s.origin],
    [t('settings.version'), version],
  ] as const
  return (
    <>
      <Insecure />
      <Section title={t('app.name')} text={t('settings.aboutText')}>
        <dl className={css.facts}>
          {facts.map(([name, value]) => (
            <div key={name} className={css.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  )
}
