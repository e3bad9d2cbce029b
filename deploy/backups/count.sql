-- One statement for each table that a dump holds the rows of: those of an extension are the extension's own.
select format(
  'select %L, count(*) from only %I.%I',
  namespaces.nspname || '.' || tables.relname, namespaces.nspname, tables.relname
)
from pg_class tables
join pg_namespace namespaces on namespaces.oid = tables.relnamespace
where tables.relkind = 'r'
  and tables.relpersistence <> 't'
  and namespaces.nspname !~ '^pg_'
  and namespaces.nspname <> 'information_schema'
  and not exists (
    select from pg_depend
    where pg_depend.classid = 'pg_class'::regclass and pg_depend.objid = tables.oid and pg_depend.deptype = 'e'
  )
\gexec
