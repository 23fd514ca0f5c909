# Les mots que lettres et pages partagent.

seconds =
    { $n ->
        [1] une seconde
        [one] { $n } seconde
       *[other] { $n } secondes
    }
minutes =
    { $n ->
        [1] une minute
        [one] { $n } minute
       *[other] { $n } minutes
    }
hours =
    { $n ->
        [1] une heure
        [one] { $n } heure
       *[other] { $n } heures
    }
hours-minutes = { $hours } et { $minutes }

moment =
    { $day ->
        [1] 1er { $month } { $year } à { $clock } UTC
       *[other] { $day } { $month } { $year } à { $clock } UTC
    }
month =
    { $n ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    }

policy-rules = Règles du nouveau mot de passe : { $rules }.
policy-between = { " ; " }
policy-made = Ce mot de passe est créé par le serveur ; il n’y a rien à choisir.
