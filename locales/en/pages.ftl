# The words of the pages. Names in braces are filled in.

language-name = English

page-language = Language
page-help = Do you need help? Ask here:
page-help-tenant = Do you need help? Ask the people at { $tenant } who look after your account.
page-problem = Problem: { $title }
page-other = Something else?

kind-login = login name
kind-email = e-mail address
kind-phone = phone number
either-two = { $a } or { $b }
either-three = { $a }, { $b } or { $c }

ask-reset-title = Forgot your password?
ask-reset-intro = Tell us who you are. We send a mail with a link to choose a new password.
ask-unlock-title = Is your account locked?
ask-unlock-intro = After too many wrong passwords an account is locked for a while. Tell us who you are. We send a mail with a link to unlock it. Your password stays as it is.
ask-usernames-title = Forgot your login name?
ask-usernames-intro = Tell us your e-mail address. We send it the login names that belong to it.
ask-name = Your { $kinds }
ask-email = Your e-mail address
example-email = name@example.com
ask-example = For example: { $examples }
ask-button = Send the mail
ask-missing = Fill this in first.
ask-email-wrong = Write a whole e-mail address, like name@example.com.

sent-title = Look into your mailbox
sent-if = If an account at { $tenant } fits what you typed, a mail is on its way to the address that we know of it. Whether there is one is not told here, so that nobody else can find out.
sent-wait = It usually arrives within a minute. Sometimes it takes ten. Look into the folder for junk mail, too.
sent-reference = The mail carries this reference:
sent-life = The link in it works once, for { $lifetime }. If you ask again, only the newest link works.
sent-nothing = Nothing there after ten minutes? Check what you typed, and ask again.
sent-again = Ask again

link-life = This link works for another { $lifetime }, until { $at }.
link-reference = Reference of the mail: { $reference }

reset-title = Choose a new password
reset-login = Login name
reset-email = E-mail address
reset-phone = Phone number
reset-password = New password
reset-repeat = New password, once more
reset-rules = What it must be like:
reset-after = Afterwards you are signed out everywhere, and sign in with the new password.
reset-button = Save the new password
reset-refused = This password was not taken. What is missing:
reset-mismatch = The two passwords are not the same.
reset-show = Show the password
reset-hide = Hide the password
reset-met = done
reset-unmet = missing
strength-weak = Easy to guess: make it longer.
strength-fair = Not bad. Longer is better.
strength-good = Hard to guess.

rule-min =
    { $n ->
        [one] At least { $n } character
       *[other] At least { $n } characters
    }
rule-max =
    { $n ->
        [one] At most { $n } character
       *[other] At most { $n } characters
    }
rule-upper = A capital letter
rule-lower = A small letter
rule-digit = A digit
rule-special = A character that is neither letter nor digit
rule-common = Hard to guess: not a common password, a pattern on the keyboard, or just a name of yours or of { $tenant } with digits or signs
rule-history =
    { $n ->
        [one] Not the password you have now
       *[other] None of your last { $n } passwords
    }

unlock-title = Unlock your account
unlock-what = This lifts the lock from the account. The password stays as it is.
unlock-button = Unlock the account

not-me-title = It was not you?
not-me-what = The password of this account was changed, and it was not you who did it. If you go on:
not-me-password = the password that was set stops working at once, for everybody
not-me-sessions = everybody who is signed in is signed out
not-me-links = every link to recover the account ends
not-me-freeze = for { $lifetime }, nobody can recover the account by mail
not-me-operator = the people at { $tenant } find a note about it
not-me-after = Then nobody can sign in to the account, you included, until a new password is set: by you, once those { $lifetime } are over, or with the help of the people at { $tenant } before that. So ask for help right afterwards.
not-me-button = It was not me

done-reset-title = Your password was changed
done-reset-what = You can sign in with the new password now, on all of your devices. A mail confirms the change.
done-unlock-title = Your account is unlocked
done-unlock-what = You can sign in again, with the password you had.
done-not-me-title = Your account is protected
done-not-me-what = The password that was set no longer works, everybody was signed out, and every link has ended. For { $lifetime }, nobody can recover the account by mail. Nobody can sign in now, you included.
done-not-me-next = What to do now:
done-not-me-mailbox = Make your mailbox safe: give it a new password, and sign out everybody else there. Whoever changed your password may read your mail.
done-not-me-help = Ask for help. The people at { $tenant } can let you back in before the { $lifetime } are over, and look at what was done with your account.
done-not-me-wait = Without help, choose a new password yourself once the { $lifetime } are over.

ended-title = This link no longer works
ended-spent = It was used already. If you have just used it yourself, all is well: go on and sign in. If it was not you, ask for help at once.
ended-spent-reset = It was used already. If that was you, sign in with the new password. If it was not you, ask for help at once.
ended-expired = It is too old.
ended-replaced = A newer mail has taken its place, or the password was changed meanwhile. Only the link in the newest mail works.
ended-unknown = Perhaps it was used already, a part of its address is missing, or it was opened in another browser before. Open it once more from the mail itself.
ended-again = Ask for a new mail
ended-reset = Choose a new password instead

damaged-title = This link arrived damaged
damaged-cut = Its end is missing: somewhere on the way the address was cut off.
damaged-equals = It holds { $wrong } where a plain { $right } belongs: a mail program has shown the letter in the form in which it travels.
damaged-entity = It holds { $wrong } where a plain { $right } belongs: it was copied from the source of the letter, and not from the letter.
damaged-broken = A line break or a blank has come into the middle of it, as happens where a long address runs over two lines.
damaged-longer = Something that does not belong to it is stuck to its end.
damaged-altered = A part of it was changed on the way.
damaged-copy = Open the mail again and press the button or the link in it. If that does not help, hold or right-click the link, choose to copy its address, and paste it here, into the address bar. If you copy it by hand, take all of it, from https to the last character, over all of its lines and without blanks.
damaged-paste = Or paste it here: the whole address with the end that stands on its next line, or the code, if the mail has one below the link.
damaged-button = Go on
damaged-safe = Nothing was changed, and the link in the mail still works as long as it says there.

problem-nothing-title = There is nothing here
problem-nothing-what = The address leads nowhere. Perhaps a part of it is missing.
problem-method-title = That cannot be done here
problem-method-what = Start again from the first page.
problem-foreign-title = That did not come from our page
problem-foreign-what = Another page tried to send this form. Nothing was done. Start again from the first page.
problem-form-title = The form did not arrive whole
problem-form-what = Nothing was done. Go back, and send it again.
problem-many-title = Too many tries
problem-many-what = Nothing was sent this time. Try again in { $lifetime }.
problem-later-title = Not just now
problem-later-what = Something that we need does not answer. Nothing was changed. Try again in a minute.
problem-broken-title = Something went wrong
problem-broken-what = It is our fault, and it was noted. Try again later, or ask for help.
problem-start = To the first page
