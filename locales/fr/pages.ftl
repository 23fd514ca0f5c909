# Les mots des pages. Les noms entre accolades sont remplacés.

language-name = Français

page-language = Langue
page-help = Besoin d’aide ? Demandez ici :
page-help-tenant = Besoin d’aide ? Chez { $tenant }, demandez aux personnes qui s’occupent de votre compte.
page-problem = Problème : { $title }
page-other = Autre chose ?

kind-login = identifiant
kind-email = adresse e-mail
kind-phone = numéro de téléphone
either-two = { $a } ou { $b }
either-three = { $a }, { $b } ou { $c }

ask-reset-title = Mot de passe oublié ?
ask-reset-intro = Dites-nous qui vous êtes. Nous envoyons un message avec un lien pour choisir un nouveau mot de passe.
ask-unlock-title = Votre compte est verrouillé ?
ask-unlock-intro = Après trop de mots de passe erronés, un compte se verrouille pour un certain temps. Dites-nous qui vous êtes. Nous envoyons un message avec un lien pour le déverrouiller. Votre mot de passe reste le même.
ask-usernames-title = Identifiant oublié ?
ask-usernames-intro = Indiquez votre adresse e-mail. Nous y envoyons les identifiants qui lui correspondent.
ask-name = Votre { $kinds }
ask-email = Votre adresse e-mail
ask-button = Envoyer le message
ask-missing = Remplissez d’abord ce champ.
ask-email-wrong = Écrivez une adresse e-mail complète, comme nom@example.com.

sent-title = Consultez votre boîte aux lettres
sent-if = Si un compte chez { $tenant } correspond à ce que vous avez saisi, un message est en route vers l’adresse que nous lui connaissons. Nous ne disons pas ici s’il y en a un, pour que personne d’autre ne puisse l’apprendre.
sent-wait = Il arrive en général en moins d’une minute. Parfois, il en faut dix. Regardez aussi dans le dossier des messages indésirables.
sent-reference = Le message porte cette référence :
sent-life = Le lien qu’il contient fonctionne une seule fois, pendant { $lifetime }. Si vous refaites une demande, seul le lien le plus récent fonctionne.
sent-nothing = Toujours rien après dix minutes ? Vérifiez ce que vous avez saisi, puis refaites la demande.
sent-again = Refaire la demande

link-life = Ce lien fonctionne encore pendant { $lifetime }, jusqu’au { $at }.
link-reference = Référence du message : { $reference }

reset-title = Choisissez un nouveau mot de passe
reset-login = Identifiant
reset-password = Nouveau mot de passe
reset-repeat = Nouveau mot de passe, encore une fois
reset-rules = Ce qu’il lui faut :
reset-after = Ensuite, toutes vos sessions sont fermées, et vous vous reconnectez avec le nouveau mot de passe.
reset-button = Enregistrer le nouveau mot de passe
reset-refused = Ce mot de passe n’a pas été accepté. Il manque ceci :
reset-mismatch = Les deux mots de passe ne sont pas identiques.
reset-show = Afficher le mot de passe
reset-hide = Masquer le mot de passe
reset-met = fait
reset-unmet = manque
strength-weak = Facile à deviner : allongez-le.
strength-fair = Pas mal. Plus long, c’est mieux.
strength-good = Difficile à deviner.

rule-min =
    { $n ->
        [one] Au moins { $n } caractère
       *[other] Au moins { $n } caractères
    }
rule-max =
    { $n ->
        [one] Au plus { $n } caractère
       *[other] Au plus { $n } caractères
    }
rule-upper = Une lettre majuscule
rule-lower = Une lettre minuscule
rule-digit = Un chiffre
rule-special = Un caractère qui n’est ni une lettre ni un chiffre
rule-common = Ni un mot de passe courant, ni votre seul nom ou celui de { $tenant }
rule-history =
    { $n ->
        [one] Pas votre mot de passe actuel
       *[other] Aucun de vos { $n } derniers mots de passe
    }

unlock-title = Déverrouillez votre compte
unlock-what = Ceci déverrouille le compte. Le mot de passe reste le même.
unlock-button = Déverrouiller le compte

not-me-title = Ce n’était pas vous ?
not-me-what = Le mot de passe de ce compte a été modifié, et ce n’est pas vous qui l’avez fait. Si vous continuez :
not-me-sessions = toutes les sessions ouvertes sont fermées
not-me-links = tous les liens de récupération sont annulés
not-me-freeze = pendant { $lifetime }, personne ne peut récupérer le compte par e-mail
not-me-operator = les personnes qui gèrent les comptes chez { $tenant } en trouvent la trace
not-me-after = Le mot de passe reste tel qu’il est. Demandez donc de l’aide aussitôt après.
not-me-button = Ce n’était pas moi

done-reset-title = Votre mot de passe a été modifié
done-reset-what = Vous pouvez maintenant vous connecter avec le nouveau mot de passe, sur tous vos appareils. Un message confirme la modification.
done-unlock-title = Votre compte est déverrouillé
done-unlock-what = Vous pouvez vous reconnecter, avec le mot de passe que vous aviez.
done-not-me-title = Votre compte est protégé
done-not-me-what = Toutes les sessions ont été fermées et tous les liens annulés. Pendant { $lifetime }, personne ne peut récupérer le compte par e-mail.
done-not-me-next = Demandez de l’aide maintenant : qui a modifié le mot de passe le connaît peut-être encore.

ended-title = Ce lien ne fonctionne plus
ended-spent = Il a déjà été utilisé. Si c’est vous qui venez de l’utiliser, tout va bien : continuez et connectez-vous. Si ce n’était pas vous, demandez tout de suite de l’aide.
ended-expired = Il est trop ancien.
ended-replaced = Un message plus récent l’a remplacé, ou le mot de passe a été modifié entre-temps. Seul le lien du message le plus récent fonctionne.
ended-unknown = Il a peut-être déjà servi, il manque une partie de son adresse, ou il a d’abord été ouvert dans un autre navigateur. Ouvrez-le encore une fois depuis le message lui-même.
ended-again = Demander un nouveau message
ended-reset = Choisir plutôt un nouveau mot de passe

cut-title = Ce lien n’est pas arrivé entier
cut-what = Il en manque une partie à la fin : certains logiciels de messagerie coupent les longues adresses. Rien n’est perdu.
cut-code = Copiez le code qui est sous le lien dans le message, ou l’adresse entière avec la fin qui est à la ligne suivante, et collez-le ici :
cut-button = Continuer

problem-nothing-title = Il n’y a rien ici
problem-nothing-what = Cette adresse ne mène nulle part. Il en manque peut-être une partie.
problem-method-title = Ce n’est pas possible ici
problem-method-what = Recommencez depuis la première page.
problem-foreign-title = Cela ne venait pas de notre page
problem-foreign-what = Une autre page a tenté d’envoyer ce formulaire. Rien n’a été fait. Recommencez depuis la première page.
problem-form-title = Le formulaire n’est pas arrivé entier
problem-form-what = Rien n’a été fait. Revenez en arrière et envoyez-le de nouveau.
problem-many-title = Trop d’essais
problem-many-what = Rien n’a été envoyé cette fois. Réessayez dans { $lifetime }.
problem-later-title = Pas en ce moment
problem-later-what = Quelque chose dont nous avons besoin ne répond pas. Rien n’a été modifié. Réessayez dans une minute.
problem-broken-title = Quelque chose n’a pas fonctionné
problem-broken-what = C’est de notre faute, et c’est noté. Réessayez plus tard, ou demandez de l’aide.
problem-start = Vers la première page
