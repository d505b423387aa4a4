import { role as roles } from '@gittix/common/api';
import { CommandError, readArguments, UsageError, type Command } from '@gittix/common/commands';
import { grantRole, UnknownAccount, type GrantDeps } from '../use-cases/grant-role';

/** `users grant EMAIL admin|user`: how the first admin comes to be. */
export const grantCommand = (open: () => Promise<GrantDeps>): Command => ({
  name: 'users grant',
  parameters: 'EMAIL admin|user',
  summary: 'Gives an account a role; the next sign-in carries it',
  details:
    'An admin may refund any payment and cancel any order. Sessions from before keep their old role until they end.',
  run: async (args, { out }) => {
    const { positionals } = readArguments(args, {});
    const [email, wanted] = positionals;
    const role = roles.options.find((known) => known === wanted);
    if (email === undefined || role === undefined || positionals.length > 2) {
      throw new UsageError(
        `Name an account by its e-mail, and one of the roles: ${roles.options.join(', ')}.`,
      );
    }
    try {
      const { user, changed } = await grantRole(await open(), { email, role });
      out(changed ? `${user.email} is ${role} from the next sign-in on` : `${user.email} is ${role} already`);
    } catch (error) {
      if (error instanceof UnknownAccount) throw new CommandError(error.message, { cause: error });
      throw error;
    }
  },
});
