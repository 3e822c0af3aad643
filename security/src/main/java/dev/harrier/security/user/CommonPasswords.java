package dev.harrier.security.user;

import java.util.Arrays;
import java.util.Set;

/**
 * Passwords that everybody guesses first, as far as they are long enough to be chosen here: few
 * are, so the list is short.
 */
final class CommonPasswords {
  private static final Set<String> ALL =
      Set.copyOf(
          Arrays.asList(
              """
          000111222333 012345678910 0123456789ab 098765432109 1029384756ab 112233445566 121212121212abc 123123123123abc
          1234567890123 123456789012 12345678901234 123456789012345 1234567890123456 12345678901234567890 123456789123
          1234567891011 123456789abc 123456789qwerty 1234567890qwertyuiop 123456abcdef 1234abcd5678 1234qwerasdf 1234qwerasdfzxcv
          123qweasdzxc 147258369147 147258369abc 1a2b3c4d5e6f 1q2w3e4r5t6y 1q2w3e4r5t6y7u8i 1qaz2wsx3edc 1qaz2wsx3edc4rfv
          1qazxsw23edc 987654321098 9876543210987 a1b2c3d4e5f6 a1b2c3d4e5f6g7 aaaabbbbccccdddd abc123abc123 abc123456789
          abcd12345678 abcdefghijkl abcdefghijklm abcdefghijklmnop admin1234567 admin12345678 adminadminadmin administrator
          administrator1 administrator123 alphabetagamma asdfasdfasdf asdfghjkl123 asdfghjkl1234 asdfghjkl;'1 asdfghjklqwertyuiop
          baseball1234 beautiful123 butterfly123 changeme1234 changeme12345 changeme123456 changemenow1 charlie12345
          christopher1 chocolate123 computer1234 correcthorsebatterystaple correct-horse-battery-staple dragondragon
          flyteflyteflyte football1234 godisgreat123 goodmorning1 helloworld12 helloworld123 iloveyou1234 iloveyou12345
          iloveyou123456 iloveyouforever iloveyousomuch internet1234 jennifer1234 jesuschrist1 jesuslovesme letmein12345
          letmein123456 letmeinletmein letmeinplease liverpool123 loveloveabcd manchester12 manchesterunited michael12345
          michelle1234 minecraft123 monkeymonkey motherfucker mypassword12 mypassword123 mypassword1234 p@ssw0rd1234
          p@ssword1234 p@ssw0rdp@ssw0rd passw0rd1234 passw0rd12345 password!123 password0123 password1234 password1234!
          password12345 password123456 password1234567 password12345678 password123456789 password2024 password2025
          password2026 passwordpassword pokemon12345 princess1234 q1w2e3r4t5y6 q1w2e3r4t5y6u7 qawsedrftgyh qazwsxedc123
          qazwsxedcrfv qazwsxedcrfvtgb qweasdzxc123 qwer1234asdf qwer1234qwer qwerasdfzxcv qwerty123456 qwerty1234567
          qwerty12345678 qwerty123456789 qwertyqwerty qwertyuiop10 qwertyuiop12 qwertyuiop123 qwertyuiop1234
          qwertyuiop1234567890 qwertyuiop[] qwertyuiopasdf qwertyuiopasdfghjkl rootrootroot secretsecret spongebob123
          starwars1234 summer202412 sunshine1234 superman1234 thisisapassword thisismypassword trustno1trustno1
          unbelievable welcome12345 welcome123456 welcomewelcome whatever1234 winter202412 zaq12wsxcde3 zaq1xsw2cde3
          zxcvbnm12345 zxcvbnm123456 zxcvbnmasdfghjkl zxcvbnmasdfghjklqwertyuiop
          """
                  .strip()
                  .split("\\s+")));

  private CommonPasswords() {}

  /** Whether a password, in lower case, is one of them. */
  static boolean contains(String lower) {
    return ALL.contains(lower);
  }
}
