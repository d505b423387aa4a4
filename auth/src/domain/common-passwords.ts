/**
 * Passwords of 8 characters and more that a guesser tries first: keyboard walks, counting, words everybody thinks of. In
 * lower case, our own choice; a service with millions of accounts would check a breach list instead.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  12345678 123456789 1234567890 12345678910 0123456789 87654321 987654321 0987654321 11111111 111111111
  1111111111 00000000 000000000 0000000000 22222222 55555555 66666666 77777777 88888888 99999999
  12341234 12121212 11223344 1122334455 12344321 123123123 123321123 101010101 147258369 159753159
  123454321 13131313 69696969 20202020 31415926 12345679 1234554321 112233445566 123456abc abc123456
  abcd1234 1234abcd abc12345 12345abc abcdefgh abcdefghi abcdefg1 abcd12345 aaaaaaaa zzzzzzzz
  a1234567 a12345678 a123456789 1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 1qaz2wsx 1qazxsw2 1qaz2wsx3edc
  qazwsxedc qazwsx123 zaq12wsx !qaz2wsx qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345
  qwer1234 qwertz123 qwertzuiop azertyuiop asdfghjk asdfghjkl asdfasdf asdf1234 zxcvbnm1 zxcvbnm123
  1234qwer 123qweasd qweasdzxc password password1 password12 password123 password1234 password! passw0rd
  p@ssw0rd p@ssword pa55word passwort passwort1 contraseña motdepasse secret123 geheim123 changeme
  changeme1 changeme123 letmein1 letmein123 welcome1 welcome123 iloveyou iloveyou1 iloveyou2 sunshine
  sunshine1 princess princess1 football football1 baseball baseball1 basketball superman superman1
  spiderman batman123 starwars pokemon1 pokemon123 computer computer1 internet internet1 samsung1
  michelle jennifer jonathan jordan23 michael1 charlie1 liverpool liverpool1 chelsea1 arsenal1 trustno1
  whatever butterfly chocolate babygirl dragon123 monkey123 master123 shadow123 freedom1 mustang1
  adminadmin admin123 admin1234 administrator root1234 test1234 testtest testing123 guest1234 default1
  gittix123 gittix1234 tickets1 tickets123 ticket123 hello123 helloworld qwertyqwerty passpass pass1234
  `
    .trim()
    .split(/\s+/),
);
