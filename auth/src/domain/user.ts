import type { Role, User } from '@gittix/common/api';

/** What everybody may know of an account. Hash and normalised e-mail never leave the database. */
export interface PublicUser {
  id: string;
  email: string;
  role: Role;
  createdAt: Date;
}

/** The account as answers and events show it: field by field, so that a new secret cannot slip out. */
export function toUser({ id, email, role, createdAt }: PublicUser): User {
  return { id, email, role, createdAt: createdAt.toISOString() };
}
