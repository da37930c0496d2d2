// The types of types.ts are written by hand: the description of the API does not say what may be null, and lists may be null in
// it that never are. Here the compiler holds them against the generated schema.d.ts: every field that the client reads exists
// there, with a fitting type. When this file does not compile, the server has changed; look at the line it names.
import type { AdminPerson, AuditRecord, CompanySettings, Diff, Handover, ImportState, Link } from './admin'
import type { CatalogueUse, Department, Person as Profile, Rank } from './organisation'
import type { components } from './schema'
import type {
  Brief,
  Channel,
  ConversationChange,
  Head,
  Me,
  Member,
  MemberChange,
  Message,
  Person,
  PersonalSettings,
  ReadState,
  Receipts,
  SessionInfo,
  SignedIn,
} from './types'

type Server = components['schemas']

/** Loose forgets null, optional and the choices of an enumeration, at every depth. */
type Loose<T> = T extends readonly (infer U)[]
  ? Loose<NonNullable<U>>[]
  : T extends object
    ? { [K in keyof T]-?: Loose<NonNullable<T[K]>> }
    : T extends string
      ? string
      : T

type Fits<Ours, Theirs> = Loose<NonNullable<Theirs>> extends Loose<Ours> ? true : false
type Hold<T extends true> = T

export type Contract = [
  Hold<Fits<Brief, Server['OrgPersonBrief']>>,
  Hold<Fits<Person, Server['OrgPerson']>>,
  Hold<Fits<Head, Server['ConversationHead']>>,
  Hold<Fits<Channel, Server['ConversationChannelItem']>>,
  Hold<Fits<Member, Server['ConversationMemberItem']>>,
  Hold<Fits<MemberChange, Server['ConversationMemberView']>>,
  Hold<Fits<ConversationChange, Server['ConversationSettingsView']>>,
  Hold<Fits<ReadState, Server['ConversationReadState']>>,
  Hold<Fits<Receipts, Server['MessageReceiptList']>>,
  Hold<Fits<Omit<Message, 'content'>, Server['Message']>>, // the content is an object of many shapes, described in words
  Hold<Fits<Omit<Me, 'limits'>, Server['IdentityMe']>>,
  Hold<Fits<PersonalSettings, Server['IdentityPreferences']>>,
  Hold<Fits<SessionInfo, Server['IdentitySession']>>,
  Hold<Fits<AdminPerson, Server['IdentityAdminPerson']>>,
  Hold<Fits<Link, Server['IdentityLink']>>,
  Hold<Fits<Handover, Server['ConversationHandover']>>,
  Hold<Fits<Diff, Server['ImporterDiff']>>,
  Hold<Fits<ImportState, Server['ImporterState']>>,
  Hold<Fits<Omit<AuditRecord, 'detail'>, Server['AuditRecord']>>,
  Hold<Fits<CompanySettings, Server['SettingsDescribed']>>,
  Hold<Fits<Department, Server['OrgDepartment']>>,
  Hold<Fits<Profile, Server['OrgPerson']>>,
  Hold<Fits<Rank & CatalogueUse, Server['OrgRankItem']>>,
  Hold<Fits<SignedIn, Server['IdentitySignedInBody']>>,
]
