//! What the demo prints: commands to paste, as they are, with the real key in them.

use crate::cli::output;
use crate::cli::setup;
use crate::config::Config;
use crate::domain::key::KeySecret;

pub(super) fn print(config: &Config, key: &KeySecret) {
    let text = TEXT
        .replace("{url}", &setup::public_url(config))
        .replace("{key}", key.reveal());
    output::text(text);
}

const TEXT: &str = r#"
Rekey is up. JohnDoe of the Demo Cooperative has forgotten his password.

The recovery pages:   {url}/recover
Letters arrive here:  {url}/demo/mailbox

By hand: open the recovery pages, type JohnDoe, and go on with the link in the letter. Or as
applications do it, over the published APIs:

1. His application asks for a reset, over the eZmax SSPR API:

curl -i -X POST {url}/rest/1/module/sspr/resetPasswordRequest \
  -H 'Authorization: {key}' -H 'Content-Type: application/json' \
  -d '{"pksCustomerCode":"demo","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"JohnDoe"}'

2. A letter arrives. Open the mailbox page, or take the token from it:

TOKEN=$(curl -s {url}/demo/mailbox | grep -oE '[0-9a-f]{64}' | head -n 1); echo "$TOKEN"

3. The token sets a new password:

curl -i -X POST {url}/rest/1/module/sspr/resetPassword \
  -H 'Authorization: {key}' -H 'Content-Type: application/json' \
  -d '{"pksCustomerCode":"demo","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"JohnDoe","binUserSSPRtoken":"'"$TOKEN"'","sPassword":"Qwerty1234!"}'

4. It works once. The same token again is refused, and the mailbox holds a notice:

curl -i -w '\n' -X POST {url}/rest/1/module/sspr/validateToken \
  -H 'Authorization: {key}' -H 'Content-Type: application/json' \
  -d '{"pksCustomerCode":"demo","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"JohnDoe","binUserSSPRtoken":"'"$TOKEN"'"}'

5. He signs in with the new password, over the TurboSMTP API, and gets a key:

AUTH=$(curl -s -X POST {url}/api/v2/authorize -H 'Content-Type: application/json' \
  -d '{"email":"example@domain.com","password":"Qwerty1234!","no_expire":false}' \
  | grep -oE '[0-9a-f]{40}'); echo "$AUTH"

6. With the key he changes his password, knowing the present one:

curl -i -w '\n' -X PUT {url}/api/v2/change-password \
  -H "Authorization: $AUTH" -H 'Content-Type: application/json' \
  -d '{"current_password":"Qwerty1234!","password":"Asdfgh5678!","confirm_password":"Asdfgh5678!"}'

7. He signs out, and the key is ended:

curl -i -w '\n' -X POST {url}/api/v2/deauthorize -H "Authorization: $AUTH"

8. Chloé Tremblay's application speaks CleverMaps, which asks for no key. It asks for a reset:

curl -i -X POST {url}/rest/accounts/passwordReset \
  -H 'Content-Type: application/json' -d '{"email":"chloe@cooperative.example"}'

9. The token tells whose it is, in the CleverMaps words, and is not spent by it:

TOKEN=$(curl -s {url}/demo/mailbox | grep -oE '[0-9a-f]{64}' | head -n 1); echo "$TOKEN"

curl -i {url}/rest/accounts/passwordReset/"$TOKEN"

10. And it sets a new password, once:

curl -i -X POST {url}/rest/accounts/passwordReset/"$TOKEN" \
  -H 'Content-Type: application/json' -d '{"newPassword":"Qwerty1234!","consentGranted":true}'

11. Rita, who is JohnDoe's broker, speaks Cyclos. She signs in, and gets a session:

SESSION=$(curl -s -X POST {url}/api/auth/session -u Broker1:Intermediary-2026 \
  | grep -oE '"sessionToken":"[A-Za-z0-9]+' | cut -d '"' -f 4); echo "$SESSION"

12. She sees how his passwords stand, and what she may do with them:

curl -i -w '\n' {url}/api/JohnDoe/passwords/list-data -H "Session-Token: $SESSION"

13. He has forgotten his PIN too. She has a new one made and mailed to him, which nobody else sees:

curl -i -X POST {url}/api/JohnDoe/passwords/pin/reset-and-send -H "Session-Token: $SESSION"

14. And she signs out:

curl -i -w '\n' -X DELETE {url}/api/auth/session -H "Session-Token: $SESSION"

15. Chloé's other application speaks Cyclos as well, and asks for a code in place of a link:

curl -i -w '\n' -X POST {url}/api/auth/forgotten-password/request \
  -H 'Content-Type: application/json' -d '{"user":"chloe@cooperative.example","sendMedium":"email"}'

16. The code from the letter sets a new password:

CODE=$(curl -s {url}/demo/mailbox | grep -oE '(^|[^0-9a-f])[0-9]{8}([^0-9a-f]|$)' | grep -oE '[0-9]{8}' | head -n 1); echo "$CODE"

curl -i -X POST {url}/api/auth/forgotten-password -H 'Content-Type: application/json' \
  -d '{"user":"chloe@cooperative.example","code":"'"$CODE"'","newPassword":"Zxcvbn9012!"}'

A reference of every API is at {url}/docs.

To be its operator, in another terminal (the demo's letters are not an operator's: `rekey doctor` tries the mail server that is configured):

target/debug/rekey account show JohnDoe --tenant demo
target/debug/rekey audit list --tenant demo
target/debug/rekey audit verify --tenant demo

Ctrl-C ends the demo; what it learned stays for the next one.
"#;
