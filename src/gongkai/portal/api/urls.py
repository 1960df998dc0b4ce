"""Addresses of the API."""

from django.urls import path

from gongkai.portal.api import bulk, views

urlpatterns = [
    path("", views.page, name="api"),
    path("v1/openapi.json", views.openapi, name="openapi"),
    path("v1/documents/", views.documents, name="api_documents"),
    path("v1/documents/<number:number>/", views.document, name="api_document"),
    path("v1/columns/", views.columns, name="api_columns"),
    path("v1/units/", views.units, name="api_units"),
    path("v1/bulk/documents.<str:form>", bulk.documents, name="api_bulk"),
]
