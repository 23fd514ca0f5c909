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
example-email = nombre@example.com
ask-example = Por ejemplo: { $examples }
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
reset-email = Dirección de correo
reset-phone = Número de teléfono
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
rule-common = Difícil de adivinar: ni una contraseña común, ni una serie de teclas, ni solo un nombre suyo o de { $tenant } con cifras o signos
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
not-me-password = la contraseña que se eligió deja de funcionar enseguida, para todos
not-me-sessions = se cierran todas las sesiones abiertas
not-me-links = se anulan todos los enlaces de recuperación
not-me-freeze = durante { $lifetime }, nadie puede recuperar la cuenta por correo
not-me-operator = las personas de { $tenant } encuentran una nota sobre ello
not-me-after = Después nadie puede entrar en la cuenta, tampoco usted, hasta que se elija una nueva contraseña: usted, una vez pasado ese plazo ({ $lifetime }), o antes, con la ayuda de las personas de { $tenant } que atienden su cuenta. Por eso, pida ayuda justo después.
not-me-button = No fui yo

done-reset-title = Su contraseña se cambió
done-reset-what = Ya puede entrar con la nueva contraseña, en todos sus dispositivos. Un mensaje confirma el cambio.
done-unlock-title = Su cuenta está desbloqueada
done-unlock-what = Puede volver a entrar, con la contraseña que tenía.
done-not-me-title = Su cuenta está protegida
done-not-me-what = La contraseña que se eligió ya no funciona, se cerraron todas las sesiones y se anularon todos los enlaces. Durante { $lifetime }, nadie puede recuperar la cuenta por correo. Por ahora nadie puede entrar, tampoco usted.
done-not-me-next = Qué hacer ahora:
done-not-me-mailbox = Proteja su buzón: póngale una nueva contraseña y cierre allí todas las demás sesiones. Quien cambió su contraseña quizá lea su correo.
done-not-me-help = Pida ayuda. Las personas de { $tenant } pueden dejarle volver antes de que pase ese plazo ({ $lifetime }), y mirar qué se hizo con su cuenta.
done-not-me-wait = Sin ayuda, elija usted una nueva contraseña una vez pasado ese plazo ({ $lifetime }).

ended-title = Este enlace ya no funciona
ended-spent = Ya se usó. Si acaba de usarlo usted, todo está bien: siga y entre. Si no fue usted, pida ayuda enseguida.
ended-spent-reset = Ya se usó. Si fue usted, entre con la nueva contraseña. Si no fue usted, pida ayuda enseguida.
ended-expired = Es demasiado antiguo.
ended-replaced = Un mensaje más reciente lo reemplazó, o la contraseña se cambió mientras tanto. Solo funciona el enlace del mensaje más reciente.
ended-unknown = Quizá ya se usó, falta una parte de su dirección, o se abrió antes en otro navegador. Ábralo otra vez desde el propio mensaje.
ended-again = Pedir un nuevo mensaje
ended-reset = Elegir mejor una nueva contraseña

damaged-title = Este enlace llegó dañado
damaged-cut = Le falta el final: en algún punto del camino se cortó la dirección.
damaged-equals = Contiene { $wrong } donde va un simple { $right }: un programa de correo mostró el mensaje en la forma en que viaja.
damaged-entity = Contiene { $wrong } donde va un simple { $right }: se copió del código fuente del mensaje, y no del mensaje.
damaged-broken = Se le metió en medio un salto de línea o un espacio, como ocurre cuando una dirección larga ocupa dos líneas.
damaged-longer = Tiene pegado al final algo que no es suyo.
damaged-altered = Una parte se cambió por el camino.
damaged-copy = Abra otra vez el mensaje y pulse el botón o el enlace que contiene. Si no ayuda, mantenga pulsado el enlace o haga clic derecho en él, elija copiar su dirección y péguela aquí, en la barra de direcciones. Si la copia a mano, tómela entera, desde https hasta el último carácter, en todas sus líneas y sin espacios.
damaged-paste = O péguela aquí: la dirección completa con el final que está en la línea siguiente, o el código, si el mensaje trae uno debajo del enlace.
damaged-button = Continuar
damaged-safe = No se cambió nada, y el enlace del mensaje sigue sirviendo mientras allí se diga.

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
