-- Which languages there are is the program's to say; a code has two letters.
alter table account drop constraint account_language_check;
alter table account add constraint account_language_check check (language ~ '^[a-z]{2}$');
