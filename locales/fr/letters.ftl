# Les mots des lettres. Les noms entre accolades sont remplacés.

letter-hello = Bonjour { $name },
letter-hello-nobody = Bonjour,
letter-help = Besoin d’aide ? Demandez ici : { $support }
letter-help-tenant = Besoin d’aide ? Chez { $tenant }, demandez aux personnes qui s’occupent de votre compte.
letter-foot = Ce message a été envoyé automatiquement. Si vous demandez de l’aide, indiquez cette référence : { $reference }
letter-copy = Si le bouton ne fait rien, copiez cette adresse dans votre navigateur :
letter-code = Si une application vous demande plutôt un code, utilisez celui-ci :

reset-link-subject = Choisissez un nouveau mot de passe chez { $tenant }
reset-link-title = Choisissez un nouveau mot de passe
reset-link-asked = Quelqu’un a demandé à { $tenant } de réinitialiser le mot de passe du compte « { $login } ».
reset-link-open = Si c’est vous, ouvrez ce lien et choisissez un nouveau mot de passe :
reset-link-button = Choisir un nouveau mot de passe
reset-link-life = Le lien fonctionne une seule fois, et seulement pendant { $lifetime } après l’envoi de ce message. Si vous refaites une demande, seul le lien le plus récent fonctionne. Dès que vous aurez choisi un nouveau mot de passe, toutes vos sessions seront fermées.
reset-link-unasked = Vous n’avez rien demandé ? Alors vous n’avez rien à faire : votre mot de passe n’a pas changé. Ne transmettez jamais le lien ou le code à qui que ce soit, quoi qu’on vous dise.

unlock-link-subject = Déverrouillez votre compte chez { $tenant }
unlock-link-title = Déverrouillez votre compte
unlock-link-asked = Quelqu’un a demandé à { $tenant } de déverrouiller le compte « { $login } ». Un compte se verrouille après trop de mots de passe erronés.
unlock-link-open = Si c’est vous, ouvrez ce lien pour déverrouiller le compte :
unlock-link-button = Déverrouiller le compte
unlock-link-life = Le lien fonctionne une seule fois, et seulement pendant { $lifetime } après l’envoi de ce message. Si vous refaites une demande, seul le lien le plus récent fonctionne. Votre mot de passe reste le même.
unlock-link-unasked = Vous n’avez rien demandé ? Alors vous n’avez rien à faire : rien n’a changé. Si vous ne vous êtes pas non plus trompé de mot de passe, quelqu’un essaie peut-être de le deviner : demandez de l’aide, comme indiqué ci-dessous. Ne transmettez jamais le lien ou le code à qui que ce soit, quoi qu’on vous dise.

reset-links-asked = Quelqu’un a demandé à { $tenant } de réinitialiser un mot de passe, en indiquant cette adresse e-mail. Elle correspond à plusieurs comptes.
reset-links-life = Chaque lien fonctionne une seule fois, et seulement pendant { $lifetime } après l’envoi de ce message. Si vous refaites une demande, seuls les liens du message le plus récent fonctionnent. Dès qu’un nouveau mot de passe aura été choisi, toutes les sessions de ce compte seront fermées.
reset-links-unasked = Vous n’avez rien demandé ? Alors vous n’avez rien à faire : aucun mot de passe n’a changé. Ne transmettez jamais un lien ou un code à qui que ce soit, quoi qu’on vous dise.

unlock-links-asked = Quelqu’un a demandé à { $tenant } de déverrouiller un compte, en indiquant cette adresse e-mail. Elle correspond à plusieurs comptes. Un compte se verrouille après trop de mots de passe erronés.
unlock-links-life = Chaque lien fonctionne une seule fois, et seulement pendant { $lifetime } après l’envoi de ce message. Si vous refaites une demande, seuls les liens du message le plus récent fonctionnent. Tous les mots de passe restent les mêmes.
unlock-links-unasked = Vous n’avez rien demandé ? Alors vous n’avez rien à faire : rien n’a changé. Si personne parmi ceux qui lisent cette boîte ne s’est trompé de mot de passe, quelqu’un d’autre essaie peut-être d’en deviner un : demandez de l’aide, comme indiqué ci-dessous. Ne transmettez jamais un lien ou un code à qui que ce soit, quoi qu’on vous dise.

links-open = Si c’est vous, ouvrez le lien du compte dont il s’agit ; les autres restent tels quels. Si une application vous demande plutôt un code, utilisez celui qui est sous ce lien.
links-account = Compte « { $login } »
links-more = D’autres comptes ont cette adresse. S’il s’agit de l’un d’eux, refaites une demande en indiquant plutôt son identifiant :

usernames-subject =
    { $count ->
        [one] Votre identifiant chez { $tenant }
       *[other] Vos identifiants chez { $tenant }
    }
usernames-title =
    { $count ->
        [one] Votre identifiant
       *[other] Vos identifiants
    }
usernames-asked = Quelqu’un a demandé à { $tenant } quel identifiant correspond à cette adresse e-mail.
usernames-these =
    { $count ->
        [one] Voici votre identifiant :
       *[other] Voici vos identifiants :
    }
usernames-unasked = Vous n’avez rien demandé ? Alors vous n’avez rien à faire : la réponse n’est partie qu’à cette adresse, et rien n’a changé.

generated-password-subject = Votre nouveau mot de passe chez { $tenant }
generated-password-title = Votre nouveau mot de passe
generated-password-made = Un nouveau mot de passe a été créé chez { $tenant } pour le compte « { $login } ». Il remplace celui qui s’appelle « { $password_type } » :
generated-password-use = L’ancien ne fonctionne plus. On vous demandera peut-être d’en choisir un autre à la connexion. Supprimez ce message une fois que c’est fait.
generated-password-unasked = Personne ne vous a prévenu et vous n’avez rien demandé ? Demandez tout de suite pourquoi cela a été fait. Ne transmettez jamais le mot de passe à qui que ce soit, quoi qu’on vous dise.

one-time-code-subject = Votre code à usage unique chez { $tenant }
one-time-code-title = Votre code à usage unique
one-time-code-this = Voici votre code pour le compte « { $login } » chez { $tenant } :
one-time-code-life = Saisissez-le là où on vous le demande. Il fonctionne une seule fois, et seulement pendant { $lifetime } après l’envoi de ce message. Si vous refaites une demande, seul le code le plus récent fonctionne.
one-time-code-unasked = Vous n’avez pas demandé de code ? Alors quelqu’un connaît peut-être votre mot de passe : changez-le et demandez de l’aide, comme indiqué ci-dessous. Ne transmettez jamais le code à qui que ce soit, quoi qu’on vous dise.
reset-code-unasked = Vous n’avez pas demandé de code ? Alors il n’y a rien à faire : votre mot de passe n’a pas changé. Ne transmettez jamais le code à qui que ce soit, quoi qu’on vous dise.

password-changed-subject = Votre mot de passe chez { $tenant } a été modifié
password-changed-title = Votre mot de passe a été modifié
password-changed-what = Le mot de passe « { $password_type } » du compte « { $login } » chez { $tenant } a été modifié le { $at }.
password-changed-sessions = Toutes les sessions ont été fermées : sur chaque appareil, reconnectez-vous avec le nouveau mot de passe.
password-changed-you = Si c’est vous, vous n’avez rien à faire.
password-changed-not-you = Si ce n’est pas vous, quelqu’un d’autre utilise peut-être votre compte. Demandez vous-même un nouveau mot de passe, comme lorsqu’on l’a oublié, et demandez tout de suite de l’aide, comme indiqué ci-dessous.
password-changed-not-me = Si ce n’est pas vous, quelqu’un d’autre utilise peut-être votre compte. Ouvrez ce lien pour le dire, puis demandez tout de suite de l’aide, comme indiqué ci-dessous :
password-changed-button = Ce n’était pas moi
password-changed-life = Le nouveau mot de passe cessera alors de fonctionner, toutes les sessions seront fermées, tous les liens envoyés seront annulés, et personne ne pourra récupérer le compte pendant un certain temps. Le lien fonctionne une seule fois, et seulement pendant { $lifetime } après l’envoi de ce message. Ne le transmettez jamais à qui que ce soit.

account-unlocked-subject = Votre compte chez { $tenant } a été déverrouillé
account-unlocked-title = Votre compte a été déverrouillé
account-unlocked-what = Le compte « { $login } » chez { $tenant } a été déverrouillé le { $at }. Vous pouvez vous reconnecter avec le mot de passe que vous aviez.
account-unlocked-you = Si c’est vous, vous n’avez rien à faire.
account-unlocked-not-you = Si ce n’est pas vous, choisissez un nouveau mot de passe et demandez tout de suite de l’aide, comme indiqué ci-dessous.

account-changed-subject = Votre compte chez { $tenant } a été modifié
account-changed-title = Votre compte a été modifié
account-changed-what = Le compte « { $login } » chez { $tenant } a été modifié le { $at }, par les personnes qui gèrent les comptes. Voici ce qui est nouveau :
account-changed-email = L’adresse e-mail. Les messages sur ce compte n’arrivent plus à celle-ci.
account-changed-phone = Le numéro de téléphone.
account-changed-question = La question de sécurité, ou sa réponse.
account-changed-password = Le mot de passe « { $password_type } ». Celui que vous aviez ne fonctionne plus.
account-changed-status =
    { $status ->
        [active] Le compte peut maintenant être utilisé.
        [blocked] Le compte est bloqué : personne ne peut s’y connecter pour le moment.
        [pending] Le compte ne peut pas être utilisé avant d’être confirmé.
       *[disabled] Le compte a été fermé : personne ne peut s’y connecter, et il ne reçoit plus de messages.
    }
account-changed-you = Si vous êtes au courant, il n’y a rien à faire.
account-changed-not-you = Si vous n’êtes pas au courant, quelqu’un est peut-être en train de s’emparer de votre compte. Demandez tout de suite de l’aide, comme indiqué ci-dessous, et dites que vous n’avez pas demandé cette modification.

account-disowned-subject = « Ce n’était pas moi » : un compte chez { $tenant }
account-disowned-title = « Ce n’était pas moi »
account-disowned-what = La personne à qui appartient le compte « { $login } » chez { $tenant } a appris qu’un mot de passe avait été modifié, et a dit le { $at } que ce n’était pas elle.
account-disowned-done = Le mot de passe qui avait été choisi ne fonctionne plus, toutes les sessions ont été fermées et tous les liens annulés. Jusqu’au { $until }, personne ne peut récupérer le compte par e-mail. Pour l’instant, personne ne peut s’y connecter, pas même la personne à qui il appartient.
account-disowned-next = Que faire :
account-disowned-look = Regardez ce qui est arrivé au compte ces derniers temps, avec son nom de connexion à la place de LOGIN :
account-disowned-mailbox = Parlez à la personne à qui il appartient, par une voie qui ne passe pas par sa boîte aux lettres. Qui a modifié le mot de passe lit peut-être ses e-mails. Si c’est le cas, il faut d’abord protéger la boîte aux lettres, ou donner une autre adresse au compte par une importation.
account-disowned-back = Ensuite seulement, laissez-la revenir : mettez fin au gel, et faites envoyer un lien.
account-disowned-who = Vous recevez ce message parce que cette adresse figure dans le paramètre notices.to de Rekey.
