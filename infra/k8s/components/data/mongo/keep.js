/* global connect, print */
// Brings the replica set to what it should be, and changes nothing when it already is. Run by mongosh, in which every
// call to the server looks synchronous and a failed one throws; its rewriting does not reach into every callback, so
// plain loops.
const { MEMBERS, ROOT_PASSWORD } = process.env;
const OWNERS = ['auth', 'tickets', 'orders', 'payments'];
const NOT_YET_INITIALIZED = 94;

const hosts = [];
for (let index = 0; index < Number(MEMBERS); index += 1) hosts.push(`mongo-${index}.mongo:27017`);

/** The admin database of one member (`directConnection`) or of the whole set. */
function admin(where, options) {
  const login = `root:${encodeURIComponent(ROOT_PASSWORD)}`;
  return connect(`mongodb://${login}@${where}/admin?authSource=admin&${options}`);
}

function isInSet(host) {
  try {
    admin(host, 'directConnection=true&serverSelectionTimeoutMS=5000').runCommand({ replSetGetStatus: 1 });
    return true;
  } catch (error) {
    if (error.code === NOT_YET_INITIALIZED) return false;
    throw error;
  }
}

/** Only the first member ever forms the set, and only when every member says it is in none: else there could be two. */
function form() {
  for (const host of hosts) if (isInSet(host)) return;
  print(`forming rs0 with ${hosts[0]}`);
  admin(hosts[0], 'directConnection=true&serverSelectionTimeoutMS=5000').runCommand({
    replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: hosts[0] }] },
  });
}

/** One member at a time: MongoDB takes changes of voting members no other way. The next round goes on where this fails. */
function join(set) {
  const { config } = set.runCommand({ replSetGetConfig: 1 });
  const known = config.members.map((member) => member.host);
  for (const host of hosts) {
    if (known.includes(host)) continue;
    print(`adding ${host}`);
    config.version += 1;
    config.members.push({ _id: Math.max(...config.members.map((member) => member._id)) + 1, host });
    set.runCommand({ replSetReconfig: config });
  }
}

/** Each service may read and write its own database and no other. */
function keepUser(set, owner) {
  const name = `gittix-${owner}`;
  const database = set.getSiblingDB(name);
  const pwd = process.env[`${owner.toUpperCase()}_PASSWORD`];
  const roles = [{ role: 'readWrite', db: name }];
  if (database.runCommand({ usersInfo: owner }).users.length > 0) {
    database.runCommand({ updateUser: owner, pwd, roles });
    return;
  }
  print(`making the user ${owner}`);
  database.runCommand({ createUser: owner, pwd, roles });
}

form();
// Waits for a primary.
const set = admin(hosts.join(','), 'replicaSet=rs0&serverSelectionTimeoutMS=60000');
join(set);
for (const owner of OWNERS) keepUser(set, owner);
