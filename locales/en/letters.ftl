# The words of letters. Names in braces are filled in.

letter-hello = Hello { $name },
letter-hello-nobody = Hello,
letter-help = Do you need help? Ask here: { $support }
letter-help-tenant = Do you need help? Ask the people at { $tenant } who look after your account.
letter-foot = This message was sent automatically. If you ask for help, quote this reference: { $reference }
letter-copy = If the button does nothing, copy this address into your browser:
letter-code = If an application asks you for a code instead, use this one:

reset-link-subject = Choose a new password for { $tenant }
reset-link-title = Choose a new password
reset-link-asked = Somebody asked { $tenant } to reset the password of the account “{ $login }”.
reset-link-open = If it was you, open this link and choose a new password:
reset-link-button = Choose a new password
reset-link-life = The link works once, and only for { $lifetime } after this message was sent. If you ask again, only the newest link works. When you have chosen a new password, you will be signed out everywhere.
reset-link-unasked = Did you not ask for this? Then there is nothing to do: your password has not changed. Never pass the link or the code on to anybody, whoever they say they are.

unlock-link-subject = Unlock your account at { $tenant }
unlock-link-title = Unlock your account
unlock-link-asked = Somebody asked { $tenant } to unlock the account “{ $login }”. Accounts are locked after too many wrong passwords.
unlock-link-open = If it was you, open this link to unlock the account:
unlock-link-button = Unlock the account
unlock-link-life = The link works once, and only for { $lifetime } after this message was sent. If you ask again, only the newest link works. Your password stays as it is.
unlock-link-unasked = Did you not ask for this? Then there is nothing to do: nothing has changed. If you have not mistyped your password either, somebody else may be trying to guess it: ask for help, as told below. Never pass the link or the code on to anybody, whoever they say they are.

reset-links-asked = Somebody asked { $tenant } to reset a password, and typed this e-mail address. It belongs to more than one account.
reset-links-life = Each link works once, and only for { $lifetime } after this message was sent. If you ask again, only the links in the newest message work. Whoever chooses a new password is signed out of that account everywhere.
reset-links-unasked = Did you not ask for this? Then there is nothing to do: no password has changed. Never pass a link or a code on to anybody, whoever they say they are.

unlock-links-asked = Somebody asked { $tenant } to unlock an account, and typed this e-mail address. It belongs to more than one account. Accounts are locked after too many wrong passwords.
unlock-links-life = Each link works once, and only for { $lifetime } after this message was sent. If you ask again, only the links in the newest message work. All passwords stay as they are.
unlock-links-unasked = Did you not ask for this? Then there is nothing to do: nothing has changed. If nobody who reads this mailbox has mistyped a password either, somebody else may be trying to guess one: ask for help, as told below. Never pass a link or a code on to anybody, whoever they say they are.

links-open = If it was you, open the link of the account that you mean; the others stay as they are. If an application asks you for a code instead, use the one below that link.
links-account = Account “{ $login }”
links-more = More accounts have this address. If you mean one of these, ask again and type its login name instead:

usernames-subject =
    { $count ->
        [one] Your login name at { $tenant }
       *[other] Your login names at { $tenant }
    }
usernames-title =
    { $count ->
        [one] Your login name
       *[other] Your login names
    }
usernames-asked = Somebody asked { $tenant } which login name belongs to this e-mail address.
usernames-these =
    { $count ->
        [one] This is your login name:
       *[other] These are your login names:
    }
usernames-unasked = Did you not ask for this? Then there is nothing to do: the answer went to this address only, and nothing has changed.

generated-password-subject = Your new password for { $tenant }
generated-password-title = Your new password
generated-password-made = A new password was made at { $tenant } for the account “{ $login }”. It replaces the one called “{ $password_type }”:
generated-password-use = The old one no longer works. You may be asked to choose another when you sign in. Delete this message once you have.
generated-password-unasked = Did nobody tell you of this, and you did not ask for it? Ask at once why it was done. Never pass the password on to anybody, whoever they say they are.

one-time-code-subject = Your one-time code for { $tenant }
one-time-code-title = Your one-time code
one-time-code-this = This is your code for the account “{ $login }” at { $tenant }:
one-time-code-life = Enter it where you were asked for it. It works once, and only for { $lifetime } after this message was sent. If you ask again, only the newest code works.
one-time-code-unasked = Did you not ask for a code? Then somebody may know your password: change it, and ask for help, as told below. Never pass the code on to anybody, whoever they say they are.
reset-code-unasked = Did you not ask for a code? Then there is nothing to do: your password has not changed. Never pass the code on to anybody, whoever they say they are.

password-changed-subject = Your password for { $tenant } was changed
password-changed-title = Your password was changed
password-changed-what = The password “{ $password_type }” of the account “{ $login }” at { $tenant } was changed on { $at }.
password-changed-sessions = All sessions were ended: on every device you sign in again, with the new password.
password-changed-you = If it was you, there is nothing to do.
password-changed-not-you = If it was not you, somebody else may be using your account. Ask for a new password yourself, the way you do when you have forgotten yours, and ask for help at once, as told below.
password-changed-not-me = If it was not you, somebody else may be using your account. Open this link and say so, then ask for help at once, as told below:
password-changed-button = This was not me
password-changed-life = The new password stops working then, everybody who is signed in is signed out, every link that was mailed ends, and nobody can recover the account for a while. The link works once, and only for { $lifetime } after this message was sent. Never pass it on to anybody.

account-unlocked-subject = Your account at { $tenant } was unlocked
account-unlocked-title = Your account was unlocked
account-unlocked-what = The account “{ $login }” at { $tenant } was unlocked on { $at }. You can sign in again, with the password you had.
account-unlocked-you = If it was you, there is nothing to do.
account-unlocked-not-you = If it was not you, choose a new password, and ask for help at once, as told below.

account-changed-subject = Your account at { $tenant } was changed
account-changed-title = Your account was changed
account-changed-what = The account “{ $login }” at { $tenant } was changed on { $at }, by the people who look after the accounts. This is new:
account-changed-email = The e-mail address. Messages about the account no longer go to this one.
account-changed-phone = The phone number.
account-changed-question = The security question, or its answer.
account-changed-password = The password “{ $password_type }”. The one you had no longer works.
account-changed-status =
    { $status ->
        [active] The account can be used now.
        [blocked] The account is blocked: nobody can sign in to it for now.
        [pending] The account cannot be used until it is confirmed.
       *[disabled] The account was closed: nobody can sign in to it, and it gets no more messages.
    }
account-changed-you = If you know of this, there is nothing to do.
account-changed-not-you = If you do not know of it, somebody may be taking your account over. Ask for help at once, as told below, and say that you did not ask for the change.

account-disowned-subject = “This was not me”: somebody’s account at { $tenant }
account-disowned-title = “This was not me”
account-disowned-what = The owner of the account “{ $login }” at { $tenant } was told that a password had been changed, and said on { $at } that it was not them.
account-disowned-done = The password that was set no longer works, everybody was signed out, and every link has ended. Until { $until }, nobody can recover the account by mail. Nobody can sign in to it now, the owner included.
account-disowned-next = What to do:
account-disowned-look = Look at what happened to the account lately, with its login name for LOGIN:
account-disowned-mailbox = Speak to the owner, by a way that does not lead through the mailbox. Whoever changed the password may read the mail. If so, the mailbox has to be made safe first, or the account given another address by an import.
account-disowned-back = Only then let the owner back in: end the freeze, and have a link sent.
account-disowned-who = You get this message because the address is in the setting notices.to of Rekey.
