# Las palabras de las cartas. Los nombres entre llaves se rellenan.

letter-hello = Hola, { $name }:
letter-hello-nobody = Hola:
letter-help = ¿Necesita ayuda? Pregunte aquí: { $support }
letter-help-tenant = ¿Necesita ayuda? Pregunte a las personas de { $tenant } que se ocupan de su cuenta.
letter-foot = Este mensaje se envió automáticamente. Si pide ayuda, indique esta referencia: { $reference }
letter-copy = Si el botón no hace nada, copie esta dirección en su navegador:
letter-code = Si una aplicación le pide en su lugar un código, use este:

reset-link-subject = Elija una nueva contraseña para { $tenant }
reset-link-title = Elija una nueva contraseña
reset-link-asked = Alguien pidió a { $tenant } restablecer la contraseña de la cuenta «{ $login }».
reset-link-open = Si fue usted, abra este enlace y elija una nueva contraseña:
reset-link-button = Elegir una nueva contraseña
reset-link-life = El enlace funciona una sola vez, y solo durante { $lifetime } después del envío de este mensaje. Si lo pide de nuevo, solo funciona el enlace más reciente. Cuando haya elegido una nueva contraseña, se cerrarán todas sus sesiones.
reset-link-unasked = ¿No lo pidió usted? Entonces no tiene que hacer nada: su contraseña no ha cambiado. No pase nunca el enlace ni el código a nadie, diga quien diga que es.

unlock-link-subject = Desbloquee su cuenta en { $tenant }
unlock-link-title = Desbloquee su cuenta
unlock-link-asked = Alguien pidió a { $tenant } desbloquear la cuenta «{ $login }». Las cuentas se bloquean después de demasiadas contraseñas erróneas.
unlock-link-open = Si fue usted, abra este enlace para desbloquear la cuenta:
unlock-link-button = Desbloquear la cuenta
unlock-link-life = El enlace funciona una sola vez, y solo durante { $lifetime } después del envío de este mensaje. Si lo pide de nuevo, solo funciona el enlace más reciente. Su contraseña no cambia.
unlock-link-unasked = ¿No lo pidió usted? Entonces no tiene que hacer nada: nada ha cambiado. Si tampoco se equivocó de contraseña, puede que alguien intente adivinarla: pida ayuda, como se indica abajo. No pase nunca el enlace ni el código a nadie, diga quien diga que es.

reset-links-asked = Alguien pidió a { $tenant } restablecer una contraseña y escribió esta dirección de correo. Corresponde a varias cuentas.
reset-links-life = Cada enlace funciona una sola vez, y solo durante { $lifetime } después del envío de este mensaje. Si lo pide de nuevo, solo funcionan los enlaces del mensaje más reciente. Cuando se haya elegido una nueva contraseña, se cerrarán todas las sesiones de esa cuenta.
reset-links-unasked = ¿No lo pidió usted? Entonces no tiene que hacer nada: ninguna contraseña ha cambiado. No pase nunca un enlace ni un código a nadie, diga quien diga que es.

unlock-links-asked = Alguien pidió a { $tenant } desbloquear una cuenta y escribió esta dirección de correo. Corresponde a varias cuentas. Las cuentas se bloquean después de demasiadas contraseñas erróneas.
unlock-links-life = Cada enlace funciona una sola vez, y solo durante { $lifetime } después del envío de este mensaje. Si lo pide de nuevo, solo funcionan los enlaces del mensaje más reciente. Ninguna contraseña cambia.
unlock-links-unasked = ¿No lo pidió usted? Entonces no tiene que hacer nada: nada ha cambiado. Si tampoco se equivocó de contraseña nadie que lea este buzón, puede que alguien intente adivinar una: pida ayuda, como se indica abajo. No pase nunca un enlace ni un código a nadie, diga quien diga que es.

links-open = Si fue usted, abra el enlace de la cuenta de la que se trata; las demás quedan como están. Si una aplicación le pide en su lugar un código, use el que está debajo de ese enlace.
links-account = Cuenta «{ $login }»
links-more = Hay más cuentas con esta dirección. Si se trata de una de estas, pida de nuevo y escriba en su lugar su nombre de usuario:

usernames-subject =
    { $count ->
        [one] Su nombre de usuario en { $tenant }
       *[other] Sus nombres de usuario en { $tenant }
    }
usernames-title =
    { $count ->
        [one] Su nombre de usuario
       *[other] Sus nombres de usuario
    }
usernames-asked = Alguien preguntó a { $tenant } qué nombre de usuario corresponde a esta dirección de correo.
usernames-these =
    { $count ->
        [one] Este es su nombre de usuario:
       *[other] Estos son sus nombres de usuario:
    }
usernames-unasked = ¿No lo pidió usted? Entonces no tiene que hacer nada: la respuesta llegó solo a esta dirección, y nada ha cambiado.

generated-password-subject = Su nueva contraseña para { $tenant }
generated-password-title = Su nueva contraseña
generated-password-made = Se creó en { $tenant } una nueva contraseña para la cuenta «{ $login }». Reemplaza la que se llama «{ $password_type }»:
generated-password-use = La anterior ya no funciona. Puede que al entrar se le pida elegir otra. Borre este mensaje cuando lo haya hecho.
generated-password-unasked = ¿Nadie le avisó y usted no lo pidió? Pregunte enseguida por qué se hizo. No pase nunca la contraseña a nadie, diga quien diga que es.

one-time-code-subject = Su código de un solo uso para { $tenant }
one-time-code-title = Su código de un solo uso
one-time-code-this = Este es su código para la cuenta «{ $login }» en { $tenant }:
one-time-code-life = Escríbalo donde se le pidió. Funciona una sola vez, y solo durante { $lifetime } después del envío de este mensaje. Si lo pide de nuevo, solo funciona el código más reciente.
one-time-code-unasked = ¿No pidió un código? Entonces puede que alguien conozca su contraseña: cámbiela y pida ayuda, como se indica abajo. No pase nunca el código a nadie, diga quien diga que es.
reset-code-unasked = ¿No pidió un código? Entonces no hay nada que hacer: su contraseña no ha cambiado. No pase nunca el código a nadie, diga quien diga que es.

password-changed-subject = Se cambió su contraseña para { $tenant }
password-changed-title = Se cambió su contraseña
password-changed-what = La contraseña «{ $password_type }» de la cuenta «{ $login }» en { $tenant } se cambió el { $at }.
password-changed-sessions = Se cerraron todas las sesiones: entre de nuevo en cada dispositivo, con la nueva contraseña.
password-changed-you = Si fue usted, no tiene que hacer nada.
password-changed-not-you = Si no fue usted, puede que otra persona esté usando su cuenta. Pida usted una nueva contraseña, como cuando la ha olvidado, y pida ayuda enseguida, como se indica abajo.
password-changed-not-me = Si no fue usted, puede que otra persona esté usando su cuenta. Abra este enlace para decirlo y luego pida ayuda enseguida, como se indica abajo:
password-changed-button = No fui yo
password-changed-life = La nueva contraseña dejará entonces de funcionar, se cerrarán todas las sesiones, se anularán todos los enlaces enviados y nadie podrá recuperar la cuenta durante un tiempo. El enlace funciona una sola vez, y solo durante { $lifetime } después del envío de este mensaje. No lo pase nunca a nadie.

account-unlocked-subject = Se desbloqueó su cuenta en { $tenant }
account-unlocked-title = Se desbloqueó su cuenta
account-unlocked-what = La cuenta «{ $login }» en { $tenant } se desbloqueó el { $at }. Puede volver a entrar con la contraseña que tenía.
account-unlocked-you = Si fue usted, no tiene que hacer nada.
account-unlocked-not-you = Si no fue usted, elija una nueva contraseña y pida ayuda enseguida, como se indica abajo.

account-changed-subject = Su cuenta en { $tenant } se modificó
account-changed-title = Su cuenta se modificó
account-changed-what = La cuenta «{ $login }» en { $tenant } se modificó el { $at }; lo hicieron las personas que gestionan las cuentas. Esto es nuevo:
account-changed-email = La dirección de correo. Los mensajes sobre la cuenta ya no llegan a esta.
account-changed-phone = El número de teléfono.
account-changed-question = La pregunta de seguridad, o su respuesta.
account-changed-password = La contraseña «{ $password_type }». La que tenía ya no funciona.
account-changed-status =
    { $status ->
        [active] La cuenta ya se puede usar.
        [blocked] La cuenta está bloqueada: por ahora nadie puede entrar en ella.
        [pending] La cuenta no se puede usar hasta que se confirme.
       *[disabled] La cuenta se cerró: nadie puede entrar en ella, y ya no recibe mensajes.
    }
account-changed-you = Si usted lo sabe, no hay nada que hacer.
account-changed-not-you = Si no lo sabe, puede que alguien se esté apoderando de su cuenta. Pida ayuda enseguida, como se indica abajo, y diga que usted no pidió el cambio.

account-disowned-subject = «No fui yo»: una cuenta en { $tenant }
account-disowned-title = «No fui yo»
account-disowned-what = La persona a quien pertenece la cuenta «{ $login }» en { $tenant } supo que se había cambiado una contraseña, y dijo el { $at } que no fue ella.
account-disowned-done = La contraseña que se eligió ya no funciona, se cerraron todas las sesiones y se anularon todos los enlaces. Hasta el { $until }, nadie puede recuperar la cuenta por correo. Por ahora nadie puede entrar en ella, tampoco la persona a quien pertenece.
account-disowned-next = Qué hacer:
account-disowned-look = Mire qué le pasó a la cuenta últimamente, con su nombre de usuario en lugar de LOGIN:
account-disowned-mailbox = Hable con la persona a quien pertenece, por una vía que no pase por su buzón. Quien cambió la contraseña quizá lea su correo. Si es así, primero hay que proteger el buzón, o dar otra dirección a la cuenta con una importación.
account-disowned-back = Solo entonces déjela volver: termine el bloqueo de la recuperación y haga enviar un enlace.
account-disowned-who = Recibe este mensaje porque esta dirección está en el ajuste notices.to de Rekey.
