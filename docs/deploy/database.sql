-- A role for the servers and an empty database. Run it as the administrator of PostgreSQL, with the role's password in
-- the environment: TWODOORS_DATABASE_PASSWORD=a-long-password psql --file=database.sql
\set ON_ERROR_STOP on
\getenv password TWODOORS_DATABASE_PASSWORD

CREATE ROLE twodoors LOGIN PASSWORD :'password';
CREATE DATABASE twodoors OWNER twodoors TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE twodoors FROM PUBLIC;
