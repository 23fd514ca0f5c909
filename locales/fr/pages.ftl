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
example-email = nom@example.com
ask-example = Par exemple : { $examples }
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
reset-email = Adresse e-mail
reset-phone = Numéro de téléphone
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
rule-common = Difficile à deviner : ni un mot de passe courant, ni une suite de touches, ni votre seul nom ou celui de { $tenant } avec des chiffres ou des signes
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
not-me-password = le mot de passe qui a été choisi cesse aussitôt de fonctionner, pour tout le monde
not-me-sessions = toutes les sessions ouvertes sont fermées
not-me-links = tous les liens de récupération sont annulés
not-me-freeze = pendant { $lifetime }, personne ne peut récupérer le compte par e-mail
not-me-operator = les personnes qui gèrent les comptes chez { $tenant } en trouvent la trace
not-me-after = Ensuite, personne ne peut se connecter au compte, vous non plus, tant qu’un nouveau mot de passe n’est pas choisi : par vous, une fois ce délai ({ $lifetime }) écoulé, ou avant, avec l’aide des personnes qui, chez { $tenant }, gèrent les comptes. Demandez donc de l’aide aussitôt après.
not-me-button = Ce n’était pas moi

done-reset-title = Votre mot de passe a été modifié
done-reset-what = Vous pouvez maintenant vous connecter avec le nouveau mot de passe, sur tous vos appareils. Un message confirme la modification.
done-unlock-title = Votre compte est déverrouillé
done-unlock-what = Vous pouvez vous reconnecter, avec le mot de passe que vous aviez.
done-not-me-title = Votre compte est protégé
done-not-me-what = Le mot de passe qui avait été choisi ne fonctionne plus, toutes les sessions ont été fermées et tous les liens annulés. Pendant { $lifetime }, personne ne peut récupérer le compte par e-mail. Pour l’instant, personne ne peut se connecter, vous non plus.
done-not-me-next = Que faire maintenant :
done-not-me-mailbox = Protégez votre boîte aux lettres : donnez-lui un nouveau mot de passe, et fermez-y toutes les autres sessions. Qui a modifié votre mot de passe lit peut-être vos e-mails.
done-not-me-help = Demandez de l’aide. Les personnes qui gèrent les comptes chez { $tenant } peuvent vous laisser revenir avant la fin de ce délai ({ $lifetime }), et regarder ce qui a été fait avec votre compte.
done-not-me-wait = Sans aide, choisissez vous-même un nouveau mot de passe une fois ce délai ({ $lifetime }) écoulé.

ended-title = Ce lien ne fonctionne plus
ended-spent = Il a déjà été utilisé. Si c’est vous qui venez de l’utiliser, tout va bien : continuez et connectez-vous. Si ce n’était pas vous, demandez tout de suite de l’aide.
ended-spent-reset = Il a déjà été utilisé. Si c’était vous, connectez-vous avec le nouveau mot de passe. Si ce n’était pas vous, demandez tout de suite de l’aide.
ended-expired = Il est trop ancien.
ended-replaced = Un message plus récent l’a remplacé, ou le mot de passe a été modifié entre-temps. Seul le lien du message le plus récent fonctionne.
ended-unknown = Il a peut-être déjà servi, il manque une partie de son adresse, ou il a d’abord été ouvert dans un autre navigateur. Ouvrez-le encore une fois depuis le message lui-même.
ended-again = Demander un nouveau message
ended-reset = Choisir plutôt un nouveau mot de passe

damaged-title = Ce lien est arrivé abîmé
damaged-cut = Il en manque la fin : quelque part en chemin, l’adresse a été coupée.
damaged-equals = Il contient { $wrong } là où il faut un simple { $right } : un logiciel de messagerie a montré le message sous la forme dans laquelle il voyage.
damaged-entity = Il contient { $wrong } là où il faut un simple { $right } : il a été copié depuis le code source du message, et non depuis le message.
damaged-broken = Un retour à la ligne ou une espace s’est glissé au milieu, comme il arrive quand une longue adresse tient sur deux lignes.
damaged-longer = Quelque chose qui n’en fait pas partie est collé à la fin.
damaged-altered = Une partie en a été modifiée en chemin.
damaged-copy = Rouvrez le message et appuyez sur le bouton ou sur le lien qu’il contient. Si cela n’aide pas, faites un appui long ou un clic droit sur le lien, choisissez de copier son adresse, et collez-la ici, dans la barre d’adresse. Si vous la copiez à la main, prenez-la tout entière, de https jusqu’au dernier caractère, sur toutes ses lignes et sans espaces.
damaged-paste = Ou collez ici l’adresse entière avec la fin qui est à la ligne suivante, ou le code, si le message en porte un sous le lien.
damaged-button = Continuer
damaged-safe = Rien n’a été changé, et le lien du message fonctionne toujours, aussi longtemps qu’il y est dit.

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
