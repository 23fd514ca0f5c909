# Las palabras de las páginas. Los nombres entre llaves se rellenan.

language-name = Español

page-language = Idioma
page-help = ¿Necesita ayuda? Pregunte aquí:
page-help-tenant = ¿Necesita ayuda? Pregunte a las personas de { $tenant } que se ocupan de su cuenta.
page-problem = Problema: { $title }
page-other = ¿Otra cosa?

kind-login = nombre de usuario
kind-email = dirección de correo
kind-phone = número de teléfono
either-two = { $a } o { $b }
either-three = { $a }, { $b } o { $c }

ask-reset-title = ¿Olvidó su contraseña?
ask-reset-intro = Díganos quién es. Enviamos un mensaje con un enlace para elegir una nueva contraseña.
ask-unlock-title = ¿Su cuenta está bloqueada?
ask-unlock-intro = Después de demasiadas contraseñas erróneas, una cuenta queda bloqueada por un tiempo. Díganos quién es. Enviamos un mensaje con un enlace para desbloquearla. Su contraseña no cambia.
ask-usernames-title = ¿Olvidó su nombre de usuario?
ask-usernames-intro = Indique su dirección de correo. Le enviamos los nombres de usuario que le corresponden.
ask-name = Su { $kinds }
ask-email = Su dirección de correo
ask-button = Enviar el mensaje
ask-missing = Rellene primero este campo.
ask-email-wrong = Escriba una dirección de correo completa, como nombre@example.com.

sent-title = Mire en su buzón
sent-if = Si una cuenta de { $tenant } corresponde a lo que escribió, un mensaje va en camino a la dirección que conocemos de ella. Aquí no decimos si la hay, para que nadie más pueda saberlo.
sent-wait = Suele llegar en menos de un minuto. A veces tarda diez. Mire también en la carpeta de correo no deseado.
sent-reference = El mensaje lleva esta referencia:
sent-life = Su enlace funciona una sola vez, durante { $lifetime }. Si lo pide de nuevo, solo funciona el enlace más reciente.
sent-nothing = ¿No hay nada después de diez minutos? Compruebe lo que escribió y pídalo de nuevo.
sent-again = Pedirlo de nuevo

link-life = Este enlace funciona todavía durante { $lifetime }, hasta el { $at }.
link-reference = Referencia del mensaje: { $reference }

reset-title = Elija una nueva contraseña
reset-login = Nombre de usuario
reset-password = Nueva contraseña
reset-repeat = Nueva contraseña, otra vez
reset-rules = Qué le hace falta:
reset-after = Después se cierran todas sus sesiones, y usted entra con la nueva contraseña.
reset-button = Guardar la nueva contraseña
reset-refused = Esta contraseña no se aceptó. Le falta esto:
reset-mismatch = Las dos contraseñas no son iguales.
reset-show = Mostrar la contraseña
reset-hide = Ocultar la contraseña
reset-met = hecho
reset-unmet = falta
strength-weak = Fácil de adivinar: hágala más larga.
strength-fair = No está mal. Más larga es mejor.
strength-good = Difícil de adivinar.

rule-min =
    { $n ->
        [one] Al menos { $n } carácter
       *[other] Al menos { $n } caracteres
    }
rule-max =
    { $n ->
        [one] Como máximo { $n } carácter
       *[other] Como máximo { $n } caracteres
    }
rule-upper = Una letra mayúscula
rule-lower = Una letra minúscula
rule-digit = Una cifra
rule-special = Un carácter que no sea letra ni cifra
rule-common = Ni una contraseña común, ni solo un nombre suyo o de { $tenant }
rule-history =
    { $n ->
        [one] No la contraseña que tiene ahora
       *[other] Ninguna de sus últimas { $n } contraseñas
    }

unlock-title = Desbloquee su cuenta
unlock-what = Esto desbloquea la cuenta. La contraseña no cambia.
unlock-button = Desbloquear la cuenta

not-me-title = ¿No fue usted?
not-me-what = La contraseña de esta cuenta se cambió, y no fue usted quien lo hizo. Si continúa:
not-me-sessions = se cierran todas las sesiones abiertas
not-me-links = se anulan todos los enlaces de recuperación
not-me-freeze = durante { $lifetime }, nadie puede recuperar la cuenta por correo
not-me-operator = las personas de { $tenant } encuentran una nota sobre ello
not-me-after = La contraseña queda como está ahora. Por eso, pida ayuda justo después.
not-me-button = No fui yo

done-reset-title = Su contraseña se cambió
done-reset-what = Ya puede entrar con la nueva contraseña, en todos sus dispositivos. Un mensaje confirma el cambio.
done-unlock-title = Su cuenta está desbloqueada
done-unlock-what = Puede volver a entrar, con la contraseña que tenía.
done-not-me-title = Su cuenta está protegida
done-not-me-what = Se cerraron todas las sesiones y se anularon todos los enlaces. Durante { $lifetime }, nadie puede recuperar la cuenta por correo.
done-not-me-next = Pida ayuda ahora: quien cambió la contraseña quizá todavía la conozca.

ended-title = Este enlace ya no funciona
ended-spent = Ya se usó. Si acaba de usarlo usted, todo está bien: siga y entre. Si no fue usted, pida ayuda enseguida.
ended-expired = Es demasiado antiguo.
ended-replaced = Un mensaje más reciente lo reemplazó, o la contraseña se cambió mientras tanto. Solo funciona el enlace del mensaje más reciente.
ended-unknown = Quizá ya se usó, falta una parte de su dirección, o se abrió antes en otro navegador. Ábralo otra vez desde el propio mensaje.
ended-again = Pedir un nuevo mensaje
ended-reset = Elegir mejor una nueva contraseña

cut-title = Este enlace no llegó completo
cut-what = Le falta una parte al final: algunos programas de correo cortan las direcciones largas. No se ha perdido nada.
cut-code = Copie el código que está debajo del enlace en el mensaje, o la dirección completa con el final que está en la línea siguiente, y péguelo aquí:
cut-button = Continuar

problem-nothing-title = Aquí no hay nada
problem-nothing-what = Esta dirección no lleva a ninguna parte. Quizá falta una parte de ella.
problem-method-title = Eso no se puede hacer aquí
problem-method-what = Empiece de nuevo desde la primera página.
problem-foreign-title = Eso no vino de nuestra página
problem-foreign-what = Otra página intentó enviar este formulario. No se hizo nada. Empiece de nuevo desde la primera página.
problem-form-title = El formulario no llegó entero
problem-form-what = No se hizo nada. Vuelva atrás y envíelo de nuevo.
problem-many-title = Demasiados intentos
problem-many-what = Esta vez no se envió nada. Inténtelo de nuevo en { $lifetime }.
problem-later-title = Ahora no
problem-later-what = Algo que necesitamos no responde. No se cambió nada. Inténtelo de nuevo en un minuto.
problem-broken-title = Algo salió mal
problem-broken-what = Es culpa nuestra, y quedó anotado. Inténtelo más tarde o pida ayuda.
problem-start = A la primera página
